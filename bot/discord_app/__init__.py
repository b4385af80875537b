"""The Discord surface: what people see, press and read there."""
