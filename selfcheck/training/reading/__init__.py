"""What a certificate says: which training, when, how long, whose, and how sure that is."""
