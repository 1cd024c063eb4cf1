"""`python -m hipwright` is the command line."""

from hipwright.cli import main

if __name__ == "__main__":
    main()
