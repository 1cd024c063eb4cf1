"""PTX to run before and after: one case or more for each entry of the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One asm statement: its text, its outputs and inputs as constraint letters.

    An input may be "memory" and "near", addresses in global and in shared memory, or say what
    values to try: "small" counts, "half" and "halves" of 16 bits. `numbers` says what floating
    point the outputs hold; `tolerance` is the relative difference that PTX itself allows.
    """

    ptx: str
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    numbers: str = ""
    tolerance: float = 0.0
    signed_zero: bool = True


def _cases() -> Iterator[Case]:
    letter = {"16": "h", "32": "r", "64": "l"}

    def plain(names: str, count: int, *, last: str = "") -> Iterator[Case]:
        for name in names.split():
            kind = letter[name[-2:]]
            inputs = tuple(kind for _ in range(count))
            if last:
                inputs = (*inputs[:-1], last)
            operands = ", ".join(f"%{index}" for index in range(count + 1))
            yield Case(f"{name} {operands};", (kind,), inputs)

    def real(names: str, count: int, tolerance: float = 0.0, zero: bool = True) -> Iterator[Case]:
        for name in names.split():
            kind = "f" if name.endswith("f32") else "d"
            operands = ", ".join(f"%{index}" for index in range(count + 1))
            yield Case(
                f"{name} {operands};", (kind,), (kind,) * count, "", tolerance, signed_zero=zero
            )

    def small(names: str, count: int, tolerance: float = 0.0) -> Iterator[Case]:
        for name in names.split():
            type_name = name.removesuffix(".relu").rpartition(".")[2]
            kind, value = ("r", "halves") if type_name.endswith("x2") else ("h", "half")
            operands = ", ".join(f"%{index}" for index in range(count + 1))
            yield Case(
                f"{name} {operands};", (kind,), (value,) * count, type_name, tolerance,
                signed_zero=not ("min" in name or "max" in name),
            )  # fmt: skip

    # moving
    yield from plain("mov.b32 mov.u32 mov.s32 mov.b16 mov.u16 mov.u64 mov.b64", 1)
    yield Case("mov.f32 %0, %1;", ("f",), ("f",))
    yield Case("mov.f64 %0, %1;", ("d",), ("d",))
    yield Case("mov.b32 %0, %1;", ("f",), ("r",))
    yield Case("mov.b32 %0, %1;", ("r",), ("f",))
    yield Case("mov.b64 {%0, %1}, %2;", ("r", "r"), ("d",))
    yield Case("mov.b64 %0, {%1, %2};", ("d",), ("r", "r"))
    yield Case("mov.b64 %0, {%1, %2};", ("l",), ("r", "r"))
    yield Case("mov.b32 %0, {%1, %2};", ("r",), ("h", "h"))
    yield Case("mov.b32 {%0, %1}, %2;", ("h", "h"), ("r",))
    yield Case("mov.u32 %0, %%laneid;", ("r",), ())
    yield Case("{ .reg .u32 t; mov.u32 t, %%lanemask_lt; and.b32 %0, t, %1; }", ("r",), ("r",))
    yield Case("{ .reg .u32 t; mov.u32 t, %%lanemask_ge; mov.u32 %0, %%lanemask_eq;"
               " xor.b32 %0, t, %0; }",
               ("r",), ())  # fmt: skip
    yield Case("mov.u32 %0, %%tid.x;", ("r",), ())
    yield Case("mov.u32 %0, %%smid;", ("r",), ())
    yield Case("{ .reg .u32 b, n, t; mov.u32 b, %%ctaid.x; mov.u32 n, %%ntid.x;"
               " mov.u32 t, %%tid.x; mad.lo.u32 %0, b, n, t; }", ("r",), ())  # fmt: skip
    yield Case("{ .reg .u64 p; .reg .u32 n; cvta.to.shared.u64 p, %1; cvt.u32.u64 n, p;"
               " sub.u32 %0, n, n; }", ("r",), ("memory",))  # fmt: skip
    yield Case("{ .reg .u64 p; cvta.to.global.u64 p, %1; ld.global.u32 %0, [p]; }",
               ("r",), ("memory",))  # fmt: skip

    # integers
    yield from plain("add.u16 add.u32 add.s32 add.u64 add.s64 sub.u32 sub.s32 sub.s16 sub.u64", 2)
    yield from plain("neg.s16 neg.s32 neg.s64 abs.s16 abs.s32 abs.s64", 1)
    yield from plain("and.b16 and.b32 or.b32 xor.b32 and.b64 or.b64 xor.b64", 2)
    yield from plain("not.b16 not.b32 not.b64 cnot.b16 cnot.b32", 1)
    yield from plain("shl.b16 shl.b32 shl.b64 shr.u16 shr.b32 shr.u32 shr.s32 shr.u64 shr.s64"
                     " shr.s16", 2, last="small")  # fmt: skip
    yield Case("shl.b32 %0, %1, 7;", ("r",), ("r",))
    yield Case("shr.s32 %0, %1, 40;", ("r",), ("r",))
    yield Case("shr.b32 %0, %1, 0x1f;", ("r",), ("r",))
    yield from plain("mul.lo.u16 mul.lo.s32 mul.lo.u32 mul.lo.u64 mul.hi.u32 mul.hi.s32 mul.hi.u64"
                     " mul.hi.s64", 2)  # fmt: skip
    yield Case("mul.wide.u32 %0, %1, %2;", ("l",), ("r", "r"))
    yield Case("mul.wide.s32 %0, %1, %2;", ("l",), ("r", "r"))
    yield Case("mul.wide.u16 %0, %1, %2;", ("r",), ("h", "h"))
    yield Case("mul.wide.s16 %0, %1, %2;", ("r",), ("h", "h"))
    yield from plain("mad.lo.u32 mad.lo.s32 mad.hi.u32 mad.hi.s32 mad.lo.u64 mad.hi.s64 mad.hi.u64"
                     " mad.lo.u16", 3)  # fmt: skip
    yield Case("mad.wide.u32 %0, %1, %2, %3;", ("l",), ("r", "r", "l"))
    yield Case("mad.wide.s32 %0, %1, %2, %3;", ("l",), ("r", "r", "l"))
    yield from plain("mul24.lo.u32 mul24.lo.s32", 2)
    yield from plain("mad24.lo.u32 mad24.lo.s32", 3)
    yield Case("{ .reg .u32 t; or.b32 t, %2, 1; div.u32 %0, %1, t; }", ("r",), ("r", "r"))
    yield Case("{ .reg .u32 t; or.b32 t, %2, 1; rem.u32 %0, %1, t; }", ("r",), ("r", "r"))
    yield from plain("min.u32 min.s32 max.u32 max.s32 min.u16 max.s16 min.s64 max.u64", 2)
    yield from plain("sad.u32 sad.s32", 3)
    yield from plain("popc.b32 clz.b32 brev.b32 bfind.u32 bfind.s32 brev.b64", 1)
    for name in ("popc.b64", "clz.b64", "bfind.u64", "bfind.s64"):
        yield Case(f"{name} %0, %1;", ("r",), ("l",))
    yield Case("bfe.u32 %0, %1, %2, %3;", ("r",), ("r", "small", "small"))
    yield Case("bfe.u32 %0, %1, 4, 8;", ("r",), ("r",))
    yield Case("bfe.u32 %0, %1, 0, 32;", ("r",), ("r",))
    yield Case("bfe.s32 %0, %1, 4, 8;", ("r",), ("r",))
    yield Case("bfe.u64 %0, %1, %2, %3;", ("l",), ("l", "small", "small"))
    yield Case("bfi.b32 %0, %1, %2, 8, 4;", ("r",), ("r", "r"))
    yield Case("bfi.b32 %0, %1, %2, %3, %4;", ("r",), ("r", "r", "small", "small"))
    yield Case("bfi.b64 %0, %1, %2, %3, %4;", ("l",), ("l", "l", "small", "small"))
    for selector in ("0x3210", "0x5410", "0x7531", "0xba98", "0x0f48", "0x4440"):
        yield Case(f"prmt.b32 %0, %1, %2, {selector};", ("r",), ("r", "r"))
    yield Case("prmt.b32 %0, %1, %2, %3;", ("r",), ("r", "r", "r"))
    for name in ("l.wrap", "l.clamp", "r.wrap", "r.clamp"):
        yield Case(f"shf.{name}.b32 %0, %1, %2, %3;", ("r",), ("r", "r", "small"))
    for table in (0x96, 0xE8, 0xCA, 0xB8, 0xF8, 0xEA, 0x6A, 0x1E, 0x80, 0xFE, 0x7F, 0x01, 0x35):
        yield Case(f"lop3.b32 %0, %1, %2, %3, {table:#x};", ("r",), ("r", "r", "r"))
    for kinds in ("u32.u32", "s32.s32", "u32.s32", "s32.u32"):
        yield Case(f"dp4a.{kinds} %0, %1, %2, %3;", ("r",), ("r", "r", "r"))
        yield Case(f"dp2a.lo.{kinds} %0, %1, %2, %3;", ("r",), ("r", "r", "r"))
        yield Case(f"dp2a.hi.{kinds} %0, %1, %2, %3;", ("r",), ("r", "r", "r"))
    yield Case("vabsdiff4.u32.u32.u32.add %0, %1, %2, %3;", ("r",), ("r", "r", "r"))
    yield Case("vshr.u32.u32.u32.clamp.add %0, %1, %2, %3;", ("r",), ("r", "small", "r"))
    yield Case("vshl.u32.u32.u32.clamp.add %0, %1, %2, %3;", ("r",), ("r", "small", "r"))
    for name in ("s8", "u8", "s4", "u4"):
        yield Case(f"cvt.pack.sat.{name}.s32.b32 %0, %1, %2, %3;", ("r",), ("r", "r", "r"))
        yield Case(f"cvt.pack.sat.{name}.s32.b32 %0, %1, %2, 0;", ("r",), ("r", "r"))
    yield Case("cvt.pack.sat.u16.s32 %0, %1, %2;", ("r",), ("r", "r"))

    # long arithmetic
    yield Case("add.cc.u32 %0, %2, %3; addc.u32 %1, %4, %5;", ("r", "r"), ("r", "r", "r", "r"))
    yield Case("sub.cc.u32 %0, %2, %3; subc.u32 %1, %4, %5;", ("r", "r"), ("r", "r", "r", "r"))
    yield Case("add.cc.u32 %0, %3, %4; addc.cc.u32 %1, %5, %6; addc.u32 %2, 0, 0;",
               ("r", "r", "r"), ("r", "r", "r", "r"))  # fmt: skip
    yield Case("sub.cc.u64 %0, %2, %3; subc.cc.u64 %1, %4, %5; subc.u64 %0, %0, 0;",
               ("l", "l"), ("l", "l", "l", "l"))  # fmt: skip
    yield Case("mad.lo.cc.u32 %0, %2, %3, %4; madc.hi.u32 %1, %2, %3, %5;",
               ("r", "r"), ("r", "r", "r", "r"))  # fmt: skip
    yield Case("mad.lo.cc.u64 %0, %2, %3, %4; madc.hi.cc.u64 %1, %2, %3, %5; addc.u64 %0, 0, 0;",
               ("l", "l"), ("l", "l", "l", "l"))  # fmt: skip

    # predicates
    for how in ("eq", "ne", "lt", "le", "gt", "ge"):
        for type_name in ("u32", "s32", "u64", "s16"):
            kind = letter[type_name[1:]]
            yield Case(
                f"{{ .reg .pred p; setp.{how}.{type_name} p, %1, %2; selp.u32 %0, 5, 9, p; }}",
                ("r",), (kind, kind),
            )  # fmt: skip
    for how in ("eq", "ne", "lt", "ge", "equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan"):
        yield Case(
            f"{{ .reg .pred p; setp.{how}.f32 p, %1, %2; selp.b32 %0, 1, 0, p; }}",
            ("r",), ("f", "f"),
        )  # fmt: skip
        yield Case(f"set.{how}.u32.f32 %0, %1, %2;", ("r",), ("f", "f"))
    yield Case("set.lt.f32.s32 %0, %1, %2;", ("f",), ("r", "r"))
    yield Case("{ .reg .pred p; setp.ne.b32 p, %1, 0; @p add.u32 %0, %2, 3;"
               " @!p mov.u32 %0, %3; }", ("r",), ("small", "r", "r"))  # fmt: skip
    yield Case("{ .reg .pred p, q; setp.gt.s32 p|q, %1, %2; selp.s32 %0, %1, %2, p;"
               " @q mov.u32 %0, 11; }", ("r",), ("r", "r"))  # fmt: skip
    yield Case("{ .reg .pred p, q; setp.lt.u32 p, %1, %2; setp.eq.and.u32 q, %3, 0, p;"
               " not.pred p, q; and.pred p, p, q; or.pred q, q, p; selp.b32 %0, 1, 2, q; }",
               ("r",), ("r", "r", "small"))  # fmt: skip
    yield Case("{ .reg .pred p; setp.gtu.f32 p, %1, %2; selp.f32 %0, %1, %3, p; }",
               ("f",), ("f", "f", "f"))  # fmt: skip
    yield Case("{ .reg .pred p; setp.ge.s32 p, %1, 0; selp.s64 %0, %2, %3, p; }",
               ("l",), ("r", "l", "l"))  # fmt: skip
    yield Case("{ .reg .pred p; setp.ne.u32 p, %1, 0; mov.pred p, p; selp.u32 %0, 1, 0, p; }",
               ("r",), ("small",))  # fmt: skip

    # floating point
    yield from real("add.f32 sub.f32 mul.f32 add.rn.f32 mul.rn.f32 sub.rn.f32 add.f64 mul.rn.f64"
                    " div.rn.f32 div.rn.f64", 2)  # fmt: skip
    yield from real("div.approx.f32 div.full.f32", 2, 1e-6)
    yield from real("fma.rn.f32 fma.rn.f64 mad.rn.f32 mad.rn.f64", 3)
    yield from real("neg.f32 neg.f64 abs.f32 abs.f64", 1)
    yield from real("min.f32 max.f32 min.f64 max.f64", 2, 0.0, False)
    yield from real("rcp.rn.f32 rcp.rn.f64 sqrt.rn.f32 sqrt.rn.f64", 1)
    yield from real("ex2.approx.f32 lg2.approx.f32 rcp.approx.f32 rsqrt.approx.f32 sqrt.approx.f32"
                    " sin.approx.f32 cos.approx.f32 tanh.approx.f32", 1, 1e-6)  # fmt: skip
    yield from real("ex2.approx.ftz.f32 lg2.approx.ftz.f32 rcp.approx.ftz.f32"
                    " rsqrt.approx.ftz.f32", 1, 1e-6)  # fmt: skip
    for name in ("add.f32x2", "mul.f32x2"):
        yield Case(f"{name} %0, %1, %2;", ("l",), ("l", "l"), "f32x2")
    yield Case("fma.rn.f32x2 %0, %1, %2, %3;", ("l",), ("l", "l", "l"), "f32x2")

    # half precision, and bfloat16
    yield from small("ex2.approx.f16 ex2.approx.f16x2 tanh.approx.f16 tanh.approx.f16x2", 1, 2e-3)
    yield from small("add.f16 add.rn.f16 add.rn.f16x2 sub.f16x2 mul.rn.f16x2 mul.f16", 2)
    yield from small("fma.rn.f16 fma.rn.f16x2", 3)
    yield from small("fma.rn.f16x2.relu fma.rn.relu.f16", 3)
    yield from small("min.f16 max.f16 min.f16x2 max.f16x2 min.bf16 max.bf16 max.bf16x2", 2)
    yield from small("fma.rn.bf16 fma.rn.bf16x2", 3, 8e-3)

    # conversions
    pairs = "u64.u32 u32.u64 s64.s32 u32.u16 s32.s16 u16.u32 s32.u16 u32.u8 s32.s8 u64.s32"
    for pair in pairs.split():
        to, source = pair.split(".")
        kinds = [letter.get(part[1:], "r") for part in (to, source)]
        yield Case(f"cvt.{pair} %0, %1;", (kinds[0],), (kinds[1],))
    for how in ("rni", "rzi", "rmi", "rpi"):
        yield Case(f"cvt.{how}.s32.f32 %0, %1;", ("r",), ("f",))
        yield Case(f"cvt.{how}.u32.f32 %0, %1;", ("r",), ("f",))
        yield Case(f"cvt.{how}.f32.f32 %0, %1;", ("f",), ("f",))
        yield Case(f"cvt.{how}.sat.s8.f32 %0, %1;", ("r",), ("f",))
        yield Case(f"cvt.{how}.sat.u8.f32 %0, %1;", ("r",), ("f",))
    yield Case("cvt.rn.f32.s32 %0, %1;", ("f",), ("r",))
    yield Case("cvt.rn.f32.u32 %0, %1;", ("f",), ("r",))
    yield Case("cvt.rn.f64.s64 %0, %1;", ("d",), ("l",))
    yield Case("cvt.f64.f32 %0, %1;", ("d",), ("f",))
    yield Case("cvt.rn.f32.f64 %0, %1;", ("f",), ("d",))
    yield Case("cvt.sat.f32.f32 %0, %1;", ("f",), ("f",), signed_zero=False)
    yield Case("cvt.f32.f16 %0, %1;", ("f",), ("half",))
    yield Case("cvt.f32.bf16 %0, %1;", ("f",), ("half",))
    yield Case("cvt.rn.f16.f32 %0, %1;", ("h",), ("f",), "f16")
    yield Case("cvt.rn.bf16.f32 %0, %1;", ("h",), ("f",), "bf16")
    yield Case("cvt.rn.f16x2.f32 %0, %1, %2;", ("r",), ("f", "f"), "f16x2")
    yield Case("cvt.rn.bf16x2.f32 %0, %1, %2;", ("r",), ("f", "f"), "bf16x2")
    yield Case("cvt.rn.relu.f16x2.f32 %0, %1, %2;", ("r",), ("f", "f"), "f16x2")
    yield Case("cvt.rn.relu.bf16x2.f32 %0, %1, %2;", ("r",), ("f", "f"), "bf16x2")
    for name in ("e4m3x2", "e5m2x2"):
        yield Case(f"cvt.rn.satfinite.{name}.f32 %0, %1, %2;", ("h",), ("f", "f"))
        yield Case(f"cvt.rn.satfinite.{name}.f16x2 %0, %1;", ("h",), ("halves",))
        yield Case(f"cvt.rn.f16x2.{name} %0, %1;", ("r",), ("h",), "f16x2")
        yield Case(f"cvt.rn.bf16x2.{name} %0, %1;", ("r",), ("h",), "bf16x2")
    yield Case("cvt.rn.bf16x2.ue8m0x2 %0, %1;", ("r",), ("h",), "bf16x2")
    yield Case("cvt.rp.satfinite.ue8m0x2.f32 %0, %1, %2;", ("h",), ("f", "f"))
    yield Case("cvt.rz.satfinite.ue8m0x2.f32 %0, %1, %2;", ("h",), ("f", "f"))

    # memory
    for cache in ("", ".ca", ".cg", ".cs", ".lu", ".cv"):
        yield Case(f"ld.global{cache}.u32 %0, [%1+4];", ("r",), ("memory",))
        yield Case(f"ld.global{cache}.v2.u32 {{%0, %1}}, [%2];", ("r", "r"), ("memory",))
        yield Case(f"ld.global{cache}.v4.u32 {{%0, %1, %2, %3}}, [%4];",
                   ("r", "r", "r", "r"), ("memory",))  # fmt: skip
    yield Case("ld.cg.global.v4.u32 {%0, %1, %2, %3}, [%4];", ("r",) * 4, ("memory",))
    yield Case("ld.global.nc.L1::no_allocate.v2.f32 {%0, %1}, [%2];", ("f", "f"), ("memory",))
    for type_name, kind in (("u8", "r"), ("s8", "r"), ("u16", "h"), ("s16", "r"), ("u64", "l"),
                            ("f32", "f"), ("f64", "d"), ("b32", "f")):  # fmt: skip
        yield Case(f"ld.global.{type_name} %0, [%1];", (kind,), ("memory",))
        yield Case(f"ld.shared.{type_name} %0, [%1+8];", (kind,), ("near",))
    yield Case("ld.volatile.global.u32 %0, [%1];", ("r",), ("memory",))
    yield Case("ld.shared.v2.u32 {%0, %1}, [%2];", ("r", "r"), ("near",))
    yield Case("ld.shared.v4.b32 {%0, %1, %2, %3}, [%4];", ("r",) * 4, ("near",))
    yield Case("st.global.u32 [%0], %1;", (), ("memory", "r"))
    yield Case("st.global.u16 [%0+2], %1;", (), ("memory", "h"))
    yield Case("st.global.u8 [%0+1], %1;", (), ("memory", "r"))
    yield Case("st.global.v2.u32 [%0], {%1, %2};", (), ("memory", "r", "r"))
    yield Case("st.global.cs.b32 [%0], %1;", (), ("memory", "r"))
    yield Case("st.global.cs.v2.u32 [%0], {%1, %2};", (), ("memory", "r", "r"))
    yield Case("st.global.cg.b32 [%0], %1;", (), ("memory", "r"))
    yield Case("st.global.v4.u32 [%0], {%1, %2, %3, %3};", (), ("memory", "r", "r", "r"))
    yield Case("st.shared.u32 [%0], %1;", (), ("near", "r"))
    yield Case("st.shared.u16 [%0], %1;", (), ("near", "h"))
    yield Case("st.shared.v2.u32 [%0], {%1, %2};", (), ("near", "r", "r"))
    yield Case("st.shared.v4.u32 [%0], {%1, %2, %3, %1};", (), ("near", "r", "r", "r"))
    yield Case("st.shared.f32 [%0+12], %1;", (), ("near", "f"))
    yield Case("ld.global.acquire.gpu.b32 %0, [%1];", ("r",), ("memory",))
    yield Case("ld.acquire.sys.global.u8 %0, [%1];", ("r",), ("memory",))
    yield Case("ld.relaxed.gpu.global.u64 %0, [%1];", ("l",), ("memory",))
    yield Case("st.global.release.gpu.b32 [%0], %1;", (), ("memory", "r"))
    yield Case("st.release.sys.global.u8 [%0], %1;", (), ("memory", "r"))
    for what in ("add.u32", "add.s32", "min.u32", "max.s32", "and.b32", "or.b32", "xor.b32",
                 "exch.b32"):  # fmt: skip
        yield Case(f"atom.global.{what} %0, [%1], %2;", ("r",), ("memory", "r"))
    yield Case("atom.global.add.f32 %0, [%1], %2;", ("f",), ("memory", "f"))
    yield Case("atom.shared.add.u32 %0, [%1], %2;", ("r",), ("near", "r"))
    yield Case("atom.acq_rel.gpu.global.add.u64 %0, [%1], %2;", ("l",), ("memory", "l"))
    yield Case("red.release.gpu.global.add.s32 [%0], %1;", (), ("memory", "r"))
    yield Case("red.relaxed.gpu.global.add.s32 [%0], %1;", (), ("memory", "r"))
    yield Case("red.global.max.u32 [%0], %1;", (), ("memory", "r"))
    for size in (4, 8, 16):
        yield Case(f"cp.async.ca.shared.global [%0], [%1], {size};", (), ("near", "memory"))
    yield Case("cp.async.cg.shared.global.L2::128B [%0], [%1], 16; cp.async.commit_group;"
               " cp.async.wait_group 0;", (), ("near", "memory"))  # fmt: skip
    yield Case("{ .reg .u32 n; and.b32 n, %2, 15; cp.async.cg.shared.global [%0], [%1], 16, n;"
               " cp.async.wait_all; }", (), ("near", "memory", "r"))  # fmt: skip

    # threads
    yield Case("bar.sync 0; mov.u32 %0, 1;", ("r",), ())
    yield Case("barrier.sync 0; membar.gl; membar.cta; membar.sys; mov.u32 %0, 2;", ("r",), ())
    yield Case("fence.acq_rel.gpu; fence.sc.cta; fence.acq_rel.sys; mov.u32 %0, 3;", ("r",), ())
    yield Case("nanosleep.u32 100; prefetch.global.L2 [%1]; mov.u32 %0, 4;", ("r",), ("memory",))
    yield Case("activemask.b32 %0;", ("r",), ())
    for how in ("idx", "up", "down", "bfly"):
        bound = "0" if how == "up" else "0x1f"
        yield Case(f"shfl.sync.{how}.b32 %0, %1, %2, {bound}, 0xffffffff;", ("r",), ("r", "small"))
        yield Case(f"{{ .reg .pred p; shfl.sync.{how}.b32 %0|p, %1, %2, {bound}, 0xffffffff;"
                   " @!p mov.f32 %0, 0f3f800000; }", ("f",), ("f", "small"))  # fmt: skip
        narrow = 0x1800 if how == "up" else 0x181F
        yield Case(f"{{ .reg .pred p; shfl.sync.{how}.b32 %0|p, %1, %2, {narrow:#x}, 0xffffffff;"
                   " @p add.u32 %0, %0, 1; }", ("r",), ("r", "small"))  # fmt: skip
    yield Case("{ .reg .pred p; setp.lt.s32 p, %1, 0; vote.sync.ballot.b32 %0, p, 0xffffffff; }",
               ("r",), ("r",))  # fmt: skip
    for how in ("any", "all"):
        yield Case(f"{{ .reg .pred p, q; setp.lt.u32 p, %1, 7; vote.sync.{how}.pred q, p,"
                   " 0xffffffff; selp.u32 %0, 1, 0, q; }", ("r",), ("small",))  # fmt: skip


CASES = tuple(_cases())
