"""CPU time of `muniment --help`, beside a bare interpreter and other command lines, in one run."""

import resource
import shutil
import statistics
import subprocess
import sys

RUNS = 7
TARGET_MS = 150.0


def cpu_ms(command: list[str]) -> float:
    """Median user + system time of a command, in milliseconds."""
    times = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
    return statistics.median(times)


def main() -> None:
    bare = cpu_ms([sys.executable, "-c", "pass"])
    rows = [("python -c pass", bare)]
    rows += [
        (
            f"muniment {verb} --help".replace("  ", " "),
            cpu_ms([sys.executable, "-m", "muniment", *verb.split(), "--help"]),
        )
        for verb in ("", "verify")
    ]
    rows += [
        (f"{peer} --help", cpu_ms([path, "--help"])) for peer in ("warcio", "wacz") if (path := shutil.which(peer))
    ]
    print(f"{'command':<28}{'CPU ms':>9}{'x bare':>9}")
    for name, milliseconds in rows:
        print(f"{name:<28}{milliseconds:>9.0f}{milliseconds / bare:>9.1f}")
    ours = rows[1][1]
    print(
        f"target: muniment --help <= {TARGET_MS:.0f} ms CPU: {'met' if ours <= TARGET_MS else 'MISSED'} ({ours:.0f} ms)"
    )


if __name__ == "__main__":
    main()
