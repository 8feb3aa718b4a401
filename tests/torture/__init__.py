"""Durability shown by killing processes."""
