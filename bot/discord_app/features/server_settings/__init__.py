"""The settings of a server and the panel that changes them."""
