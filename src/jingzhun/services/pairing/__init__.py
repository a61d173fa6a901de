"""Who helps which household: plan it, end it, hand it over."""
