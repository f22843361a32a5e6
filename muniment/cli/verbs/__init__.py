"""The verbs: one file each, thin; what they do stands in `muniment.flows` and below."""
