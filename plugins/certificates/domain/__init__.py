"""Pure rules of certificates: codes, numbers, what a certificate says, how often one may ask."""
