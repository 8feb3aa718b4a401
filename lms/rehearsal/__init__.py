"""Plays the whole loop over real HTTP for invented people: an officer rehearses the day."""
