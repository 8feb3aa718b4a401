"""Certificates: issued once when gaps are closed, frozen, and open to anyone's check."""
