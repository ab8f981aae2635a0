"""Which function lowers which expression of Python."""
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
    names,
    opaque,
    operators,
    subscripts,
    targets,
    texts,
)
from s2sad.frontend.lower.expressions import EXPRESSIONS

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
