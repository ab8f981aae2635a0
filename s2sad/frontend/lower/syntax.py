"""Which function lowers which expression and which statement of Python."""
from __future__ import annotations

import gast

from s2sad.frontend.lower import (
    attributes,
    branches,
    calls,
    comprehensions,
    displays,
    expressions,
    functions,
    loops,
    names,
    opaque,
    operators,
    other_statements,
    subscripts,
    targets,
    texts,
)
from s2sad.frontend.lower.expressions import EXPRESSIONS
from s2sad.frontend.lower.statements import STATEMENTS

EXPRESSIONS.update({
    gast.AST: opaque.opaque,
    gast.Constant: expressions.literal,
    gast.Name: names.read_name,
    gast.BinOp: operators.binary,
    gast.UnaryOp: operators.unary,
    gast.BoolOp: branches.boolean,
    gast.Compare: branches.comparison,
    gast.IfExp: branches.conditional,
    gast.NamedExpr: targets.walrus,
    gast.Attribute: attributes.lower_attribute,
    gast.Subscript: subscripts.lower_subscript,
    gast.Slice: subscripts.index,
    gast.Call: calls.lower_call,
    gast.Tuple: displays.lower_tuple,
    gast.List: displays.lower_list,
    gast.Dict: displays.lower_dict,
    gast.Lambda: functions.lower_lambda,
    gast.ListComp: comprehensions.list_comprehension,
    gast.GeneratorExp: comprehensions.generator,
    gast.DictComp: comprehensions.dict_comprehension,
    gast.JoinedStr: texts.lower_f_string,
})

STATEMENTS.update({
    gast.Expr: other_statements.lower_expression,
    gast.Assign: targets.lower_assign,
    gast.AugAssign: targets.lower_augmented,
    gast.AnnAssign: other_statements.lower_annotated,
    gast.Return: other_statements.lower_return,
    gast.If: branches.lower_if,
    gast.For: loops.lower_for,
    gast.While: loops.lower_while,
    gast.Break: other_statements.lower_break,
    gast.Continue: other_statements.nothing,
    gast.Pass: other_statements.nothing,
    gast.Global: other_statements.nothing,
    gast.Nonlocal: other_statements.nothing,
    gast.Assert: other_statements.lower_assert,
    gast.Raise: other_statements.lower_raise,
    gast.With: other_statements.lower_with,
    gast.Try: other_statements.verbatim,
    gast.ClassDef: other_statements.verbatim,
    gast.Import: other_statements.lower_import,
    gast.ImportFrom: other_statements.lower_import,
    gast.FunctionDef: other_statements.lower_function,
    gast.Delete: other_statements.lower_delete,
})
