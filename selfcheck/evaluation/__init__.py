"""The Auswertung: the table of an office and of the city, asked for, signed off and pulled."""
