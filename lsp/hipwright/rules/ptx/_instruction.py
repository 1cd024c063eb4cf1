"""Reads PTX: the instructions in the text of an asm statement."""

from __future__ import annotations

import re
from typing import NamedTuple

from hipwright.patterns import regex

_COMMENT = regex(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_GUARD = regex(r"@(!?)\s*(%?[\w$]+)\s+(.*)", re.DOTALL)
_REGISTERS = regex(r"\.reg\s+(?:\.v\d\s+)?\.(\w+)\s+(.+)", re.DOTALL)
_RANGE = regex(r"(%?[\w$]+)<(\d+)>")
_NAME = regex(r"%{0,2}[\w$]+")

# The words that PTX instructions begin with. x86 has some of them too, but with no dot behind.
_OPERATION_NAMES = """
    abs activemask add addc alloca and applypriority atom bar barrier bfe bfi bfind bmsk bra
    brev brkpt call clusterlaunchcontrol clz cnot copysign cos cp createpolicy cvt cvta discard
    div dp2a dp4a elect ex2 exit fence fma fns getctarank griddepcontrol isspacep istypep ld
    ldmatrix ldu lg2 lop3 mad mad24 madc mapa match max mbarrier membar min mma mov movmatrix mul
    mul24 multimem nanosleep neg not or pmevent popc prefetch prefetchu prmt rcp red redux rem ret
    rsqrt sad selp set setmaxnreg setp shf shfl shl shr sin slct sqrt st stmatrix sub subc suld
    suq sured sust szext tanh tcgen05 tensormap testp tex tld4 trap txq vabsdiff vabsdiff2
    vabsdiff4 vadd vadd2 vadd4 vavrg2 vavrg4 vmad vmax vmax2 vmax4 vmin vmin2 vmin4 vote vset
    vset2 vset4 vshl vshr vsub vsub2 vsub4 wgmma wmma xor
"""
_OPERATIONS = frozenset(_OPERATION_NAMES.split())
_BARE = frozenset(("trap", "brkpt", "exit", "membar"))


class Instruction(NamedTuple):
    """One instruction: `@!guard opcode.modifier operand, operand`."""

    opcode: str
    modifiers: tuple[str, ...]
    operands: tuple[str, ...]
    guard: str = ""  # the predicate's name
    negated: bool = False  # whether the guard is

    @property
    def form(self) -> str:
        """What it is called: `add.cc.u32`."""
        return ".".join((self.opcode, *self.modifiers))


class Registers(NamedTuple):
    """`.reg .u32 a, b;`"""

    type: str
    names: tuple[str, ...]


class Other(NamedTuple):
    """What is neither: a label, a directive."""

    text: str


Line = Instruction | Registers | Other


def parse(template: str) -> list[Line]:
    """The lines of an asm statement's text, the braces of its scopes left out."""
    text = _COMMENT.sub(" ", template)
    return [_line(piece) for piece in _pieces(text)]


def looks_like_ptx(template: str) -> bool:
    """Whether a text is PTX, and not the assembly of another machine."""
    for piece in _pieces(_COMMENT.sub(" ", template)):
        if piece.startswith((".reg ", ".reg\t")):
            return True
        match = re.match(r"(?:@!?\s*%?\w+\s+)?([a-z]\w*)(\.[a-z]|\s|$)", piece)
        if match is None:
            return False
        name, after = match.groups()
        return name in _OPERATIONS and (after.startswith(".") or name in _BARE)
    return False


def _pieces(text: str) -> list[str]:
    found: list[str] = []
    for piece in text.split(";"):
        piece = " ".join(piece.split())
        while piece[:1] in ("{", "}"):
            piece = piece[1:].lstrip()
        while piece.count("}") > piece.count("{") and piece.endswith("}"):
            piece = piece[:-1].rstrip()
        if piece:
            found.append(piece)
    return found


def _line(text: str) -> Line:
    registers = _REGISTERS.fullmatch(text)
    if registers:
        names: list[str] = []
        for name in registers.group(2).split(","):
            counted = _RANGE.fullmatch(name.strip())
            if counted:
                names += [f"{counted.group(1)}{index}" for index in range(int(counted.group(2)))]
            elif _NAME.fullmatch(name.strip()):
                names.append(name.strip().lstrip("%"))
            else:
                return Other(text)
        return Registers(registers.group(1), tuple(names))
    guard, negated = "", False
    match = _GUARD.fullmatch(text)
    if match:
        negated, guard, text = bool(match.group(1)), match.group(2), match.group(3)
    name, _, rest = text.partition(" ")
    if not re.fullmatch(r"[a-z]\w*(?:\.[\w:]+)*", name):
        return Other(text)
    opcode, *modifiers = re.split(r"\.", name)
    return Instruction(opcode, tuple(modifiers), tuple(split(rest)), guard.lstrip("%"), negated)


def split(text: str) -> list[str]:
    """The operands of an instruction: commas inside braces and brackets separate nothing."""
    found, depth = [""], 0
    for character in text:
        depth += (character in "{[") - (character in "}]")
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return [operand.strip() for operand in found if operand.strip()]
