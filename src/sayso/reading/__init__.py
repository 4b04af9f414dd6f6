"""Reading turns one document into one record; nothing is read or written but the weights, once."""
