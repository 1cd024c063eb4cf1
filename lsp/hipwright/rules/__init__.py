"""The rules: one file a rule, or one family of twins, in folders by family."""
