"""How many windows, and which, and who sits there: searched on simulated days."""
