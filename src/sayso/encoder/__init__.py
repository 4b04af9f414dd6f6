"""The encoder: the network, its weights, and the words that it sees."""
