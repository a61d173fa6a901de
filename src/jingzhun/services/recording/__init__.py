"""Record what lists say, kind by kind: whom they are about, what follows from their words."""
