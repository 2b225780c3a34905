"""Where the web form keeps what people sent: on disk before they are thanked, and read any time."""
