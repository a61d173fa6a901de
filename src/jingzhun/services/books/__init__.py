"""The fund journal: its only writer, what a purpose has, who pays for a line, the year's end."""
