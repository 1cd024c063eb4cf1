"""Rules about inline PTX, the assembly of NVIDIA GPUs, which no compiler for AMD takes.

`_statement.py` reads an asm statement, `_instruction.py` the PTX in it; `_table.py` says what each
instruction is in C++ or HIP; `_translate.py` writes the statement anew with it.
"""
