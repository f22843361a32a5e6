"""Documents for people who were not there."""
