"""Syntax trees as text: Python reads the text as the tree that it was written from."""
from __future__ import annotations

import ast
import random

import pytest

from s2sad.backend.write import Blank, Comment, to_source

OPERATORS = [
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult, ast.BitAnd, ast.LShift,
]
UNARY = [ast.USub, ast.Not, ast.Invert]
COMPARISONS = [ast.Lt, ast.GtE, ast.Eq, ast.NotIn, ast.IsNot]
LOAD = ast.Load()


def expression(rng: random.Random, depth: int) -> ast.expr:
    if depth == 0:
        leaf = rng.choice(["a", "b", 3, 2.5, "text", "two\nlines", None, True, ...])
        return ast.Name(leaf, LOAD) if leaf in ("a", "b") else ast.Constant(leaf)
    one, two, three = (expression(rng, rng.randrange(depth)) for _ in range(3))
    match rng.randrange(11):
        case 0 | 1:
            return ast.BinOp(one, rng.choice(OPERATORS)(), two)
        case 2:
            return ast.UnaryOp(rng.choice(UNARY)(), one)
        case 3:
            return ast.Compare(one, [rng.choice(COMPARISONS)(), rng.choice(COMPARISONS)()], [two, three])
        case 4:
            keywords = [ast.keyword(key, three) for key in rng.choice([["key"], [None], [], []])]
            return ast.Call(ast.Attribute(one, "method", LOAD), [two] * rng.randrange(3), keywords)
        case 5:
            return ast.Subscript(one, rng.choice([two, ast.Slice(two, None, three), ast.Slice(None, two)]), LOAD)
        case 6:
            return ast.Subscript(one, ast.Tuple([ast.Slice(), two], LOAD), LOAD)
        case 7:
            return ast.Tuple([one, two, three][:rng.randrange(4)], LOAD)
        case 8:
            return ast.IfExp(one, two, three)
        case 9:
            return ast.BoolOp(rng.choice([ast.And, ast.Or])(), [one, two, three])
        case _:
            return ast.List([one, two], LOAD)


@pytest.mark.parametrize("seed", range(120))
def test_text_is_read_as_the_tree(seed):
    tree = expression(random.Random(seed), 4)
    for statement in (ast.Return(tree), ast.Assign([ast.Name("x", ast.Store())], tree), ast.Expr(tree)):
        written = ast.parse(to_source(statement)).body[0]
        assert ast.dump(written.value) == ast.dump(tree)


def test_operand_in_two_places():
    """What stands in brackets in one place needs none in another."""
    step = ast.BinOp(ast.Name("k", LOAD), ast.Sub(), ast.Constant(1))
    inner = ast.Call(ast.Name("rounds", LOAD), [step], [])
    assert to_source(ast.Return(ast.BinOp(inner, ast.Mult(), step))) == "return rounds(k - 1) * (k - 1)\n"


def test_comments_and_blank_lines():
    body = [Comment("before"), ast.Pass(), Blank(), Comment("after"), ast.Return(ast.Name("a", LOAD))]
    loop = ast.For(ast.Name("a", ast.Store()), ast.Name("b", LOAD), body, [])
    assert to_source(loop).split("\n")[1:] == [
        "    # before", "    pass", "", "    # after", "    return a", "",
    ]
