"""How long does the threshold test take, and does it agree with full simulation (NUTS) on the same counts?

Run: python benchmarks/threshold.py [--nuts]   (NUTS needs numpyro, which the dashboard does not install)
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dashboard.stats.threshold import ScaleFit, fit
from dashboard.stats.threshold_model import Counts
from dashboard.stats.threshold_planted import Planted, plant

GROUPS = ("white", "black", "hispanic", "asian")
WARM, KEPT = 500, 500


def planted(groups: int, stops: int) -> Planted:
    """100 places with thresholds of 15, 10, 8 and 12 percent."""
    return plant(
        (0.15, 0.10, 0.08, 0.12)[:groups], (0.10, 0.12, 0.15, 0.08)[:groups], (1.6, 1.5, 1.5, 1.6)[:groups], locations=100, stops=stops, seed=1
    )


def model(counts: Counts) -> Callable[[], None]:
    """The `estimated` prior family, written for numpyro independently of our likelihood code."""
    import jax.numpy as jnp
    import numpyro
    import numpyro.distributions as dist
    from jax.nn import log_sigmoid
    from jax.scipy.special import log_ndtr

    d, r = counts.shape
    n, s, h = (jnp.asarray(part) for part in (counts.stops, counts.searches, counts.hits))

    def described() -> None:
        bar = numpyro.sample("T", dist.Normal(-2, 1).expand([r]))
        base = numpyro.sample("a", dist.Normal(-2, 1).expand([r]))
        sharp = numpyro.sample("c", dist.Normal(0.3, 0.5).expand([r]))
        sp, sl, st = (numpyro.sample(name, dist.HalfNormal(scale)) for name, scale in (("sp", 0.5), ("sl", 0.3), ("st", 0.5)))
        b = sp * numpyro.sample("b", dist.Normal(0, 1).expand([d, 1]))
        e = sl * numpyro.sample("e", dist.Normal(0, 1).expand([d, 1]))
        logit = bar + st * numpyro.sample("z", dist.Normal(0, 1).expand([d, r]))
        a, delta = base + b, jnp.exp(sharp + e)
        x = (logit - a) / delta + delta / 2
        numpyro.deterministic("tau", 1 / (1 + jnp.exp(-logit)))
        hit, miss = log_sigmoid(a) + log_ndtr(delta - x), log_sigmoid(-a) + log_ndtr(-x)
        left = jnp.logaddexp(log_sigmoid(a) + log_ndtr(x - delta), log_sigmoid(-a) + log_ndtr(x))
        numpyro.factor("counts", (h * hit + (s - h) * miss + (n - s) * left).sum())

    return described


def nuts(counts: Counts) -> tuple[float, np.ndarray, float]:
    """Seconds, draws of each group's level (K, R), and the worst r-hat of the levels."""
    import jax
    import numpyro
    from numpyro.diagnostics import split_gelman_rubin
    from numpyro.infer import MCMC, NUTS

    numpyro.enable_x64()
    numpyro.set_host_device_count(2)
    began = time.perf_counter()
    run = MCMC(NUTS(model(counts), target_accept_prob=0.9), num_warmup=WARM, num_samples=KEPT, num_chains=2, progress_bar=False)
    run.run(jax.random.PRNGKey(0))
    tau = np.asarray(run.get_samples(group_by_chain=True)["tau"])
    seconds = time.perf_counter() - began
    weight = counts.stops.sum(axis=1) / counts.stops.sum()
    theta = np.einsum("ckdr,d->ckr", tau, weight)
    worst = max(float(split_gelman_rubin(theta[..., r])) for r in range(theta.shape[2]))
    return seconds, theta.reshape(-1, theta.shape[2]), worst


def ours(truth: Planted, scales: tuple[float, ...]) -> tuple[float, ScaleFit]:
    """Seconds and the fit nearest scale 1."""
    groups = GROUPS[: truth.counts.shape[1]]
    began = time.perf_counter()
    found = fit(truth.cells(groups), "white", scales=scales)
    seconds = time.perf_counter() - began
    assert found.headline is not None
    return seconds, found.headline


def main() -> None:
    """Print the table."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--nuts", action="store_true", help="also run NUTS (minutes)")
    options = wanted.parse_args()
    ours(planted(3, 400_000), (1.0,))  # imports and first touches are not timed
    print(f"{'counts':32}{'scales':>8}{'seconds':>9}{'effective':>11}")
    for groups, stops in ((3, 400_000), (4, 400_000), (3, 20_000_000)):
        for scales in ((1.0,), (0.5, 1.0, 1.5)):
            seconds, one = ours(planted(groups, stops), scales)
            print(f"{f'100 places x {groups}, {stops:,} stops':32}{len(scales):>8}{seconds:>9.2f}{one.effective:>11.0f}")
    if not options.nuts:
        print("NUTS: not asked for (--nuts).")
        return
    try:
        import numpyro
    except ImportError:
        print("NUTS: numpyro is not installed, so there is nothing to compare with.")
        return
    truth = planted(3, 400_000)
    seconds, one = ours(truth, (1.0,))
    slow, theta, worst = nuts(truth.counts)
    title = f"numpyro {numpyro.__version__} NUTS, 2 chains x ({WARM} + {KEPT})"
    print(f"{title}: {slow:.0f} s; ours {seconds:.2f} s; ratio {slow / seconds:.0f}; r-hat {worst:.3f}")
    for r, group in enumerate(GROUPS[:3]):
        low, middle, high = (100 * float(np.quantile(theta[:, r], q)) for q in (0.025, 0.5, 0.975))
        mine = one.level(group)
        own = f"{100 * (mine.value or 0):.1f} ({100 * (mine.low or 0):.1f} to {100 * (mine.high or 0):.1f})"
        print(f"level {group:10} truth {100 * truth.levels[r]:.1f}   ours {own}   NUTS {middle:.1f} ({low:.1f} to {high:.1f})")
    for r, group in enumerate(GROUPS[1:3], start=1):
        gap = theta[:, r] - theta[:, 0]
        low, middle, high = (100 * float(np.quantile(gap, q)) for q in (0.025, 0.5, 0.975))
        mine = one.difference(group)
        own = f"{100 * (mine.value or 0):.1f} ({100 * (mine.low or 0):.1f} to {100 * (mine.high or 0):.1f})"
        true = 100 * (truth.levels[r] - truth.levels[0])
        print(f"difference {group:10} truth {true:.1f}   ours {own}   NUTS {middle:.1f} ({low:.1f} to {high:.1f})")


if __name__ == "__main__":
    main()
