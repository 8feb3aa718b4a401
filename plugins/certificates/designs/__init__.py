"""Designs of certificates: typst files and the drawings they use."""
