"""Make the most of a derivative: the passes between the reverse sweep and its text."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from s2sad.analyses.uses import count_uses
from s2sad.ir.check import check
from s2sad.ir.nodes import Assign, Block, Function, Operand, reverse_loops, walk
from s2sad.rules.build import Context
from s2sad.transforms.array_tapes import use_arrays
from s2sad.transforms.independent import copy_what_is_shared, remove_needless_copies
from s2sad.transforms.late import compute_late
from s2sad.transforms.optimise.again import collect_again, simplify_again
from s2sad.transforms.optimise.arms import sink_into_arms
from s2sad.transforms.optimise.batches import batch_outer_products
from s2sad.transforms.optimise.chains import wait_last
from s2sad.transforms.optimise.common import share
from s2sad.transforms.optimise.continued import continue_rounds
from s2sad.transforms.optimise.dead import remove_dead, remove_unchanged
from s2sad.transforms.optimise.entries import keep_entries
from s2sad.transforms.optimise.factors import collect_factors
from s2sad.transforms.optimise.factors_last import multiply_last
from s2sad.transforms.optimise.filled import fill_lists
from s2sad.transforms.optimise.first import assign_first, assign_parts
from s2sad.transforms.optimise.inverses import divide_once
from s2sad.transforms.optimise.items import begin_with_items
from s2sad.transforms.optimise.multiplied import multiply_out
from s2sad.transforms.optimise.neighbours import carry_neighbours
from s2sad.transforms.optimise.ownership import settle_ownership
from s2sad.transforms.optimise.reads import read_in_place
from s2sad.transforms.optimise.restores import read_what_was_kept, remove_unread_clears, remove_unread_restores
from s2sad.transforms.optimise.shadows import gather_updates, updates_of
from s2sad.transforms.optimise.signs import take_from_places
from s2sad.transforms.optimise.skips import skip_zeros
from s2sad.transforms.optimise.steady import move_steady
from s2sad.transforms.optimise.sums import contract_sums
from s2sad.transforms.optimise.totals import add_up_first
from s2sad.transforms.optimise.wholes import keep_wholes
from s2sad.transforms.order import count_up, run_forwards
from s2sad.transforms.parallel import settle_parallel
from s2sad.transforms.reverse import Reversed, fuse, is_straight, record


def clean(made: Reversed, see: Callable[[str, Function], None], handed_over: bool = False) -> None:
    """Make the most of a derivative; ``handed_over`` says that its two sweeps become functions of their own."""
    function, context = made.function, made.sweep.context
    new = simplify_again(context, function, made.new | remove_unchanged(function))
    shared, settled = share(function, made.sweep.versions, made.sweep.twins, context.array_tapes)
    changed = bool(shared | simplify_again(context, function, new | shared, settled))
    remove_dead(function)
    see("clean", function)
    if made.sweep.versions.any:
        _settle_restores(made)
        see("restore", function)
    record(made, [] if handed_over else fuse(made))
    see("record", function)
    if not context.array_tapes:
        changed |= multiply_out(context, function)
    aliases, untidy = made.sweep.aliases, True
    if changed or aliases.any_changed or not is_straight(made):
        if share(function, made.sweep.versions, {}, context.array_tapes)[0]:
            remove_dead(function)  # which would count as readers
            untidy = False
    if aliases.any_changed:
        untidy |= collect_again(context, function)
    untidy |= compute_late(context, function, made.forward, aliases)
    negatives = contract_sums(context, function, aliases)
    simplify_again(context, function, negatives or set())
    untidy |= negatives is not None
    untidy |= collect_factors(context, function)
    if context.array_tapes:
        made.forward.update(move_steady(context, function))  # what is divided by has one inverse then
        divide_once(context, function)
    move_steady(context, function)
    untidy |= sink_into_arms(context, function)
    if remove_unchanged(function) or untidy or context.array_tapes:
        remove_dead(function)
    see("share", function)
    _settle_updates(context, function)
    see("gather", function)
    left = settle_ownership(context, function, made.forward, handed_over)
    remove_needless_copies(made, handed_over)
    copy_what_is_shared(made, handed_over)
    if not context.array_tapes:
        read_in_place(context, function)
    lengths = use_arrays(context, function, handed_over)
    made.forward.update(lengths)
    if lengths:  # what is read from an array may be left unread, and what is taken off a list may not
        sink_into_arms(context, function)
    skip_zeros(context, function)
    if not context.array_tapes:
        left |= batch_outer_products(context, function) | count_up(context, function)
    if left or lengths:
        remove_dead(function)
    check(function)
    see("own", function)
    if context.array_tapes:
        made.forward.update(settle_parallel(context, function, handed_over))
        run_forwards(context, function)
        if multiply_last(context, function):
            move_steady(context, function)
        wait_last(function)
        check(function)
        see("parallel", function)


def _settle_updates(context: Context, function: Function) -> None:
    """Put what is added to places of adjoints together, first, or in other form."""
    statements = walk(function.body)
    updates = updates_of(statements)
    if not updates:
        return
    uses = count_uses(function, statements)
    gathered, unread = gather_updates(context, function, statements, updates, uses)
    if unread:
        remove_dead(function)
    if gathered:
        updates, uses = _updates_and_uses(function)
    loops = reverse_loops(function.body)
    if add_up_first(context, function, loops, updates, uses):
        updates, uses = _updates_and_uses(function)
    assign_first(context, loops, updates, uses)
    if context.array_tapes:
        begin_with_items(function, updates, uses)
        carry_neighbours(context, function)
        return
    fill_lists(context, function, loops, uses)
    if begin_with_items(function, updates, uses):
        uses = count_uses(function)
    assign_parts(context, function, uses)
    if take_from_places(context, updates):
        remove_dead(function)


def _updates_and_uses(function: Function) -> tuple[list[Assign], Counter[Operand]]:
    statements = walk(function.body)
    return updates_of(statements), count_uses(function, statements)


def _settle_restores(made: Reversed) -> None:
    """Keep the restores that the reverse sweep reads, and the places of adjoints that it clears and reads again."""
    function, context = made.function, made.sweep.context
    reverse_block = Block([s for s in function.body.statements if s not in made.forward])
    changed = remove_unread_restores(context, reverse_block, [function.result], made.sweep.versions)
    changed |= read_what_was_kept(context, reverse_block, [function.result])
    changed |= remove_unread_clears(context, reverse_block, [function.result])
    continue_rounds(context, reverse_block, made.sweep.continued)
    if changed:
        function.body.statements = [
            *(s for s in function.body.statements if s in made.forward), *reverse_block.statements
        ]
        remove_unchanged(function)
        remove_dead(function)
    if made.sweep.entries and keep_entries(made):
        remove_dead(function)
    if made.sweep.undone and not context.array_tapes and keep_wholes(made):
        remove_dead(function)
