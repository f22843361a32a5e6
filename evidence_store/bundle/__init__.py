"""The bundle: a sealed BagIt bag that is handed over."""
