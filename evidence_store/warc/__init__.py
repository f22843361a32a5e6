"""All reading and writing of WARC, CDXJ and WACZ."""
