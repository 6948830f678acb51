"""What the commissioner sees of the self-checks that units share."""
