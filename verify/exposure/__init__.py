"""Who is visible in what is handed over: egress addresses, cookies, accounts, names, paths, and what is withheld."""
