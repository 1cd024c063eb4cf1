"""The new text of warp calls: groups of 32 lanes, on wavefronts of 32 and of 64."""

from __future__ import annotations

import re

from tree_sitter import Node

from hipwright.finding import Edit
from hipwright.patterns import regex
from hipwright.rules.warp._code import Dialect, WarpCall, WarpCode
from hipwright.rules.warp._lexing import Span, is_wrapped, skip_blanks
from hipwright.rules.warp._names import Width, width_of_type

_SPACES = regex(rb"(?:[ \t\r\n]|\\\r?\n)*")
_GIVES_TRUTH = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||", "!"})
_TYPED = frozenset({"declaration", "function_definition", "lambda_expression"})
# Places that take the truth of a vote, so that its type does not matter.
_TRUTH_PARENTS = frozenset(
    {
        "condition_clause",
        "expression_statement",
        "assignment_expression",
        "while_statement",
        "do_statement",
        "for_statement",
        "if_statement",
    }
)


def drop_first_argument(code: WarpCode, call: WarpCall) -> Edit:
    """Delete the first argument, its comma, and the blanks up to the next one."""
    pair = call.parentheses
    assert pair is not None
    if len(pair.arguments) == 1:
        return Edit(pair.start + 1, pair.end, b"")
    comma = code.content.index(b",", skip_blanks(code.content, pair.arguments[0][1]))
    after = comma + 1
    # A comment before the next argument is about that argument: it stays.
    match = _SPACES.match(code.content, after)
    return Edit(pair.start + 1, match.end() if match else after, b"")


def shuffle(code: WarpCode, call: WarpCall, width: bool) -> tuple[Edit, ...]:
    """A shuffle without its mask; with `width`, inside groups of 32 lanes.

    A loop that starts at `warpSize / 2` has to start at 16 then. In CUDA code, where the two are
    the same, the `warpSize` of the function around is therefore written as 32 along with it.
    """
    edits: list[Edit] = []
    if call.takes_mask:
        edits.append(Edit(call.end - len(call.name), call.end, call.operation))
        edits.append(drop_first_argument(code, call))
    values = call.arguments[1:] if call.takes_mask else call.arguments
    if width and len(values) == 2:
        edits.append(Edit(values[1][1], values[1][1], b", 32"))
    sizes = code.builtin_warp_sizes if width and code.dialect is Dialect.CUDA else []
    if sizes and not code.uses_matrix_units:
        first, last = code.function_at(call.start) or (0, len(code.content))
        edits.extend(
            Edit(start, end, b"32")
            for start, end in sizes
            if first <= start < last and not any(edit.start <= start < edit.end for edit in edits)
        )
    return tuple(edits)


def vote(
    code: WarpCode, call: WarpCall, predicate: Span | None, keep_mask: bool
) -> tuple[Edit, ...]:
    """A vote of the 32 lanes around the calling one.

    `predicate` is the argument that is voted on, None for `__activemask`. With `keep_mask`, lanes
    that the mask leaves out stay out; the mask stays where it is, so that a fix of what is in it
    can be made beside this one.
    """
    pair = call.parentheses
    assert pair is not None
    function = b"__match_any" if call.operation == b"__match_any" else b"__ballot"
    opening, closing = b"(unsigned)(" + function + b"(", b") >> (__lane_id() & 32))"
    if predicate is None:
        return (Edit(call.start, pair.end + 1, opening + b"1" + closing),)

    is_test = call.operation in (b"__any", b"__all")
    # `__all`: nobody votes against. Lanes that are not active vote for neither side.
    if call.operation == b"__all":
        before, after = _negation(code, predicate)
        opening, closing = opening + before, after + closing
    if keep_mask:
        closing += b")"
    test = b""
    outer = b""
    if is_test:
        test = b" != 0u" if call.operation == b"__any" else b" == 0u"
        if not _is_in_parentheses(call):
            outer, test = _int_cast(call) + b"(", test + b")"
    end = Edit(pair.end, pair.end + 1, closing + test)
    if not call.takes_mask:
        return (Edit(call.start, pair.start + 1, outer + opening), end)
    # What stands between the mask and the predicate goes, a comment on the predicate stays.
    first = drop_first_argument(code, call).end
    if not keep_mask:
        return (Edit(call.start, first, outer + opening), end)
    mask = call.arguments[0]
    text = code.text(mask)
    simple = re.fullmatch(rb"\w+", text) is not None or is_wrapped(text)
    return (
        Edit(call.start, mask[0], outer + (b"(" if simple else b"((")),
        Edit(mask[1], first, (b" & " if simple else b") & ") + opening),
        end,
    )


def _negation(code: WarpCode, predicate: Span) -> tuple[bytes, bytes]:
    """What to write before and after a predicate for its contrary.

    HIP and CUDA convert a predicate to int. Only where that could make a difference, for a
    floating-point or a 64-bit number, the conversion is written out.
    """
    text = code.text(predicate)
    wrapped = is_wrapped(text)
    if _is_truth(code, predicate):
        return (b"!", b"") if wrapped else (b"!(", b")")
    if re.fullmatch(rb"[A-Za-z_]\w*", text) is None:
        return (b"!(int)", b"") if wrapped else (b"!(int)(", b")")
    declaration = code.declaration(text, predicate[0])
    narrow = (
        declaration is not None
        and not declaration.is_array
        and width_of_type(declaration.type) is Width.BITS_32
    )
    return (b"!", b"") if narrow else (b"!(int)", b"")


def _is_truth(code: WarpCode, predicate: Span) -> bool:
    """Whether a predicate is surely a truth value."""
    node = code.source.tree.root_node.descendant_for_byte_range(*predicate)
    if node is None or (node.start_byte, node.end_byte) != predicate:
        return False
    while node is not None and node.type == "parenthesized_expression":
        node = node.named_child(0)
    if node is None:
        return False
    operator = node.child_by_field_name("operator")
    return node.type in ("true", "false") or (
        operator is not None and operator.type in _GIVES_TRUTH
    )


def enclosing_expression(call: WarpCall) -> Node | None:
    """The call in the tree; None in a macro's body."""
    node = call.node
    while node is not None and node.type != "call_expression":
        node = node.parent
    return node


def _parent_of(call: WarpCall) -> Node | None:
    """What a call stands in, in the tree."""
    node = enclosing_expression(call)
    return node.parent if node is not None else None


def _is_in_parentheses(call: WarpCall) -> bool:
    """Whether a call is all that a condition asks."""
    parent = _parent_of(call)
    return (
        parent is not None and parent.type == "condition_clause" and parent.named_child_count == 1
    )


def _int_cast(call: WarpCall) -> bytes:
    """`(int)` where a truth value could make another overload or type than CUDA's int."""
    node = enclosing_expression(call)
    parent = node.parent if node is not None else None
    while parent is not None and parent.type == "parenthesized_expression":
        node, parent = parent, parent.parent
    if node is None or parent is None:
        return b"(int)"
    kind = parent.type
    if kind in _TRUTH_PARENTS:
        return b""
    if kind in ("unary_expression", "binary_expression"):
        operator = parent.child_by_field_name("operator")
        return b"" if operator is not None and operator.type in ("!", "&&", "||") else b"(int)"
    if kind == "conditional_expression":
        return b"" if parent.child_by_field_name("condition") == node else b"(int)"
    if kind in ("init_declarator", "return_statement"):
        # The declaration, or the function, says which type it becomes.
        holder: Node | None = parent
        while holder is not None and holder.type not in _TYPED:
            holder = holder.parent
        type_ = holder.child_by_field_name("type") if holder is not None else None
        return b"" if type_ is not None and type_.type == "primitive_type" else b"(int)"
    return b"(int)"


def vote_of_wavefront(code: WarpCode, call: WarpCall) -> tuple[Edit, ...]:
    """A vote without its mask, over the whole wavefront."""
    return (
        Edit(call.end - len(call.name), call.end, call.operation),
        drop_first_argument(code, call),
    )
