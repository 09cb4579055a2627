#!/usr/bin/env python3
"""Writes logins.json from the city's list of logins and what `auth seed-demo` printed, or shows it.

Lines of seed-demo: card_number TAB branch_id TAB branch_name [TAB role@organization_id@organization_name]...
"""
import argparse
import csv
import json
import os


def read_seeded(path):
    """Maps a card number to its branch and roles."""
    seeded = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            card, branch_id, branch_name, *grants = line.rstrip("\n").split("\t")
            seeded[card] = {
                "roles": [read_grant(grant) for grant in grants if grant],
                "branch": {"id": branch_id, "name": branch_name},
            }
    return seeded


def read_grant(text):
    role, organization_id, name = text.split("@", 2)
    return {"role": role, "organization": {"id": organization_id, "name": name}}


def write_logins(args):
    seeded = read_seeded(args.seeded)
    with open(args.logins, encoding="utf-8", newline="") as rows:
        logins = [
            {
                "use": row["use"],
                "card_number": row["card_number"],
                "password": args.password,
                "otp_secret": row["otp_secret"] or None,
                **seeded[row["card_number"]],
            }
            for row in csv.DictReader(rows)
        ]
    with open(args.out + ".new", "w", encoding="utf-8", opener=private) as out:
        json.dump(logins, out, ensure_ascii=False, indent=1)
        out.write("\n")
    os.replace(args.out + ".new", args.out)


def private(path, flags):
    return os.open(path, flags, 0o600)


def show_logins(path):
    with open(path, encoding="utf-8") as file:
        logins = json.load(file)
    print(f"logins (password {logins[0]['password']}, all in {path}):")
    for login in logins:
        otp = f"  one-time code from {login['otp_secret']}" if login["otp_secret"] else ""
        print(f"  {login['use']:<20} {login['card_number']}  {login['branch']['name']}{otp}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", metavar="FILE")
    for name in ("logins", "seeded", "password", "out"):
        parser.add_argument("--" + name)
    args = parser.parse_args()
    if args.show:
        show_logins(args.show)
    else:
        write_logins(args)


if __name__ == "__main__":
    main()
