"""Python source as data: the digest of its code without comments, and the lines that can be executed."""

from __future__ import annotations

import ast
import hashlib
from types import CodeType


def code_digest(source: str) -> str:
    """SHA-256 of Python code without comments, docstrings and layout: an edited sentence keeps its results. It is the
    same on each version of Python, which `ast.dump` is not."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:] or [ast.Pass()]
    return hashlib.sha256(_canonical(tree).encode()).hexdigest()


def executable_lines(source: str) -> set[int]:
    """The lines (from 1) at which Python can execute something, as its compiler counts them."""
    ahead: list[CodeType] = [compile(source, "<recipe>", "exec")]
    lines: set[int] = set()
    while ahead:
        code = ahead.pop()
        lines |= {line for _, _, line in code.co_lines() if line}
        ahead += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return lines


def _canonical(node: object) -> str:
    """A syntax tree as text. Empty fields are left out, for each version of Python adds some."""
    if isinstance(node, ast.Constant):
        return f"Constant({node.value!r})"
    if isinstance(node, ast.AST):
        fields = [(name, value) for name, value in ast.iter_fields(node) if value is not None and value != []]
        return f"{type(node).__name__}({', '.join(f'{name}={_canonical(value)}' for name, value in fields)})"
    if isinstance(node, list):
        return f"[{', '.join(map(_canonical, node))}]"
    return repr(node)
