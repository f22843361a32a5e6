"""What of a case is shown to somebody else: what gives a withheld item away, what must go with it, what may stay."""
