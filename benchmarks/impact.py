"""How long `limiter rules impact` takes over many athletes: `python -m benchmarks.impact [ATHLETES]`.

Random athletes who answer about half of everything are written to files and compared with an accepted copy of the
shipped pages after three edits, one at a time: a moved threshold, a changed word, a changed figure of the limiters.
"""

import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.athletes import somebody
from engine import answers
from engine.impact import states
from engine.impact.athletes import from_files
from engine.impact.impact import impact
from engine.loader import load
from engine.model import Answers
from engine.tree import SHIPPED

DAY = date(2026, 3, 1)
ANKLE = "deficits/synergy/restricted_ankle_mobility.yaml"
EDITS = (
    ("a moved threshold", ANKLE, "knee_to_wall: below 9 cm", "knee_to_wall: below 10 cm"),
    ("a changed word", ANKLE, "then: strong evidence for", "then: moderate evidence for"),
    ("a changed figure", "limiters.yaml", "strong: 0.7", "strong: 0.65"),
)


def main(count: int) -> None:
    """Write the athletes, make each edit, print wall and processor seconds."""
    before = states.present(None)
    random = Random(1)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            athlete = Answers(f"athlete {number}", DAY, somebody(before.knowledge, random, 0.5))
            (Path(folder) / f"{number:06}.yaml").write_text(answers.write(athlete), encoding="utf-8")
        for what, place, old, new in EDITS:
            text = (SHIPPED / place).read_text(encoding="utf-8")
            after = states.State("edited", "folder", load(None, {place: text.replace(old, new, 1).encode()}))
            wall, processor = time.perf_counter(), time.process_time()
            files = [(path.name, path.read_bytes()) for path in sorted(Path(folder).iterdir())]
            everyone = from_files(files, before.knowledge, after.knowledge, today=DAY)
            read = time.process_time() - processor
            found = impact(before, after, everyone)
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
            print(f"{what}: {count} athletes, {len(found.moved)} change; {wall:.1f} s, "
                  f"{processor:.1f} s of processor, {read:.1f} s of it for reading the files")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
