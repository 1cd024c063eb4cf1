"""The words without which no rule about PTX looks: they load no more than this until they do."""

TRIGGERS = (b"asm",)
