"""`bedside-dx rules`: the table of rules at this site, who changed what, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.core.rules import LIMITS, changed_keys
from bedside_dx.text.rule_words import (
    LIMIT_WORDS,
    change_words,
    in_force_words,
    limit_range,
    limit_value,
    moment_words,
)
from bedside_dx.text.words import status_word

if TYPE_CHECKING:
    import argparse

    from bedside_dx.app.rule_table import RuleRow
    from bedside_dx.core.rules import RuleChange, SiteRules
    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("rules", help=t("read and change the site's rules of the verdict"))
    actions = parser.add_subparsers(metavar=t("action"), required=True)

    showing = actions.add_parser("show", parents=[shared], help=t("the table, as it runs here"))
    showing.add_argument("--model", metavar="NAME", help=t("with the limits of this model"))
    showing.add_argument("--json", action="store_true", help=t("print JSON"))
    showing.set_defaults(run=show)

    telling = actions.add_parser("history", parents=[shared], help=t("every change on record"))
    telling.add_argument("--json", action="store_true", help=t("print JSON"))
    telling.set_defaults(run=history)

    setting = actions.add_parser("set", parents=[shared], help=t("change a limit"))
    setting.add_argument("key", metavar="KEY", help=", ".join(LIMITS))
    setting.add_argument("value", metavar="VALUE")
    setting.set_defaults(run=set_one)

    resetting = actions.add_parser("reset", parents=[shared], help=t("back to the usual limit"))
    resetting.add_argument("key", metavar="KEY", help=", ".join(LIMITS))
    resetting.set_defaults(run=reset)

    starting = actions.add_parser(
        "restart", parents=[shared], help=t("begin a new history with the usual limits")
    )
    starting.set_defaults(run=restart)
    for action in (setting, resetting, starting):
        action.add_argument("--by", required=True, metavar="NAME", help=t("who changes it"))
        action.add_argument("--why", required=True, metavar="TEXT", help=t("for what reason"))


def show(args: argparse.Namespace, t: Texts) -> int:
    """Print the table, and the limits that can be changed."""
    from bedside_dx.app.choosing import card_of
    from bedside_dx.app.rule_table import rule_rows
    from bedside_dx.app.ruling import site_rules

    site = site_rules()
    rows = rule_rows(site.rules, card_of(args.model) if args.model else None, t)
    if args.json:
        print_json(_document(site, rows, t))
    else:
        print("\n".join([*_table(rows, t), "", *_limits(site, t)]))
    return int(Exit.DONE)


def history(args: argparse.Namespace, t: Texts) -> int:
    """Print every change, oldest first."""
    from bedside_dx.app.ruling import site_rules

    changes = site_rules().history
    if args.json:
        print_json({"history": [change_document(change) for change in changes]})
        return int(Exit.DONE)
    for change in changes:
        print(f"{moment_words(change)} · {change.who} · {change_words(change, t)} · {change.why}")
    if not changes:
        print(t("Nothing was changed here: all limits are as usual."))
    return int(Exit.DONE)


def set_one(args: argparse.Namespace, t: Texts) -> int:
    """Change a limit."""
    from bedside_dx.app.ruling import set_rule

    return _say_last(set_rule(args.key, args.value, args.by, args.why, t), t)


def reset(args: argparse.Namespace, t: Texts) -> int:
    """Set a limit back."""
    from bedside_dx.app.ruling import reset_rule

    return _say_last(reset_rule(args.key, args.by, args.why, t), t)


def restart(args: argparse.Namespace, t: Texts) -> int:
    """Begin a new history."""
    from bedside_dx.app.ruling import restart_rules

    return _say_last(restart_rules(args.by, args.why), t)


def change_document(change: RuleChange) -> dict[str, object]:
    """One change as plain values."""
    return {
        "number": change.number,
        "when": change.when.isoformat(),
        "who": change.who,
        "key": change.key or None,
        "before": change.before if change.key else None,
        "after": change.after if change.key else None,
        "why": change.why,
    }


def _say_last(site: SiteRules, t: Texts) -> int:
    change = site.history[-1]
    print(t("On record: {change}. By {who}.", change=change_words(change, t), who=change.who))
    return int(Exit.DONE)


def _table(rows: tuple[RuleRow, ...], t: Texts) -> list[str]:
    from bedside_dx.app.rule_table import scope_words

    lines = [t("The first rule that applies gives the verdict."), ""]
    for row in rows:
        lines.append(f"{row.number:>2}  {row.when}")
        steps = " / ".join(row.next_steps)
        lines.append(f"    [{scope_words(row.scope, t)}] → {status_word(row.status, t)} → {steps}")
    return lines


def _limits(site: SiteRules, t: Texts) -> list[str]:
    lines = [t("Limits that this site may change:"), ""]
    by_whom = {change.key: change for change in site.in_force}
    for key, limit in LIMITS.items():
        value = limit_value(limit, site.rules.value(key), t)
        lines.append(f"{key:<22}{value:<14}{t(LIMIT_WORDS[key].label)} ({limit_range(limit, t)})")
        lines.append(f"{'':<22}{t(LIMIT_WORDS[key].effect)}")
        if key in by_whom:
            change = by_whom[key]
            words = f"{in_force_words(key, site.rules, t)} · {change.who} · {moment_words(change)}"
            lines.append(f"{'':<20}! {words}")
    return lines


def _document(site: SiteRules, rows: tuple[RuleRow, ...], t: Texts) -> dict[str, object]:
    return {
        "rules": [
            {
                "number": row.number,
                "code": row.code,
                "scope": str(row.scope),
                "when": row.when,
                "verdict": str(row.status),
                "next_steps": list(row.next_steps),
                "limits": list(row.limits),
            }
            for row in rows
        ],
        "limits": {
            key: {
                "label": t(LIMIT_WORDS[key].label),
                "kind": str(limit.kind),
                "value": site.rules.value(key),
                "usual": limit.default,
                "low": limit.low,
                "high": limit.high,
            }
            for key, limit in LIMITS.items()
        },
        "changed": list(changed_keys(site.rules)),
        "changes_in_force": [change_document(change) for change in site.in_force],
    }
