"""A recommender of one's own, as recaudit runs it: a truncated singular value decomposition of the clicks.

    python3 recommend.py TRAIN USERS OUT --k 10 --seed 1

TRAIN is a CSV with the columns user and item (others are not used), USERS one with the column user, OUT is written:
user,item,rank. Needs numpy and scipy, such as Debian's python3-scipy.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack
from scipy.sparse.linalg import svds

USERS_AT_ONCE = 1024


def column(path, *names):
    """The columns of a CSV file, as text: 07 and 7 are two ids."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(zip(*([row[name] for name in names] for row in csv.DictReader(file)), strict=True))


def read_clicks(path):
    """The binary users x items matrix, and the ids of its rows and columns, in an order that no file decides."""
    users, items = column(path, "user", "item")
    user_ids, rows = np.unique(np.array(users), return_inverse=True)
    item_ids, columns = np.unique(np.array(items), return_inverse=True)
    clicks = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(user_ids), len(item_ids)))
    return clicks, user_ids, item_ids


def fit(clicks, factors, seed):
    """The item factors V: the score of user u and item i is (x_u V) V_i, x_u the clicks of u."""
    factors = min(factors, min(clicks.shape) - 1)
    start = np.random.default_rng(seed).standard_normal(min(clicks.shape))
    _, _, items = svds(clicks, k=factors, v0=start)
    return items.T


def recommend(rows, items, popularity, k):
    """The k best unseen items of each row of clicks, best first, one array a row (fewer where fewer are left)."""
    # Clicks break ties, as for a user who has none of their own.
    scores = (rows @ items) @ items.T + 1e-9 * popularity
    scores[rows.nonzero()] = -np.inf
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return [best[np.isfinite(scores[n, best])] for n, best in enumerate(order)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("users", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--factors", type=int, default=32)
    options = parser.parse_args()

    clicks, user_ids, item_ids = read_clicks(options.train)
    items = fit(clicks, options.factors, options.seed)
    popularity = np.asarray(clicks.sum(axis=0)).ravel()
    # A user without a click in TRAIN has an empty row, the last one.
    clicks = vstack([clicks, csr_matrix((1, len(item_ids)))], format="csr")
    row_of = {user: row for row, user in enumerate(user_ids)}
    (asked,) = column(options.users, "user")
    with open(options.out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["user", "item", "rank"])
        for start in range(0, len(asked), USERS_AT_ONCE):
            users = asked[start : start + USERS_AT_ONCE]
            rows = clicks[[row_of.get(user, len(user_ids)) for user in users]]
            for user, best in zip(users, recommend(rows, items, popularity, options.k), strict=True):
                writer.writerows([user, item_ids[item], rank] for rank, item in enumerate(best, start=1))


if __name__ == "__main__":
    main()
