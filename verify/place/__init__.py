"""Place: where the sun stood, which places a name can mean, how far apart two are, which clock is kept there."""
