"""Findings about this machine."""

import os
import platform
import shutil
import sys
import tempfile
from typing import Any

import psutil

from synverify_core.errors import StoreError
from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.experiments.summarization.memory_table import memory_table
from synverify_core.files import make_folder, store_errors
from synverify_core.runs.forecast import best_estimate
from synverify_core.runs.provenance import code_commit, cpu_name, package_versions
from synverify_core.runs.store import Store
from synverify_core.runs.threads import usable_cores

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
GIB = 2**30
# A run of more than two days on a processor (s) is one for a GPU, too.
TOO_LONG = 2 * 86_400


def examine() -> dict[str, Any]:
    """Return what matters for running experiments here; loads torch."""
    store = Store()
    problems = list(store.problems)
    try:
        _try_cache(store)
        cache = f"{store.root} is writable"
    except StoreError as error:
        cache = str(error)
        problems.append(cache)
    torch = _torch()
    memory = psutil.virtual_memory()
    return {
        "healthy": "is writable" in cache,
        "python": f"{platform.python_version()} ({sys.executable})",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "packages": package_versions(),
        "commit": code_commit(),
        "torch": torch["build"],
        "devices": torch["devices"],
        "bfloat16": torch["bfloat16"],
        "cpu": cpu_name(),
        "cores": f"{usable_cores()} usable of {os.cpu_count()}",
        "memory": f"{memory.total / GIB:.1f} GiB, {memory.available / GIB:.1f} GiB free",
        "cache": cache,
        "chromium": next(filter(None, map(shutil.which, BROWSERS)), None) or "none on the path",
        "presets": _presets(store, cuda=any("cuda" in device for device in torch["devices"])),
        "models": memory_table(),
        "problems": problems,
    }


def _try_cache(store: Store) -> None:
    make_folder(store.root)
    with store_errors(store.root, "written"), tempfile.TemporaryFile(dir=store.root) as file:
        file.write(b"written by doctor")


def _torch() -> dict[str, Any]:
    try:
        import torch
    except ImportError as error:
        absent = f"not importable: {error}"
        return {"build": absent, "devices": ["cpu"], "bfloat16": absent}
    devices = ["cpu"]
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(index)
            size = f"{properties.total_memory / GIB:.0f} GiB"
            devices.append(f"cuda:{index} ({properties.name}, {size})")
    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU build"
    return {
        "build": f"{torch.__version__} ({build})",
        "devices": devices,
        "bfloat16": _bfloat16(torch),
    }


def _bfloat16(torch: Any) -> str:
    """Say what `precision=bfloat16` of the eigenvalue experiment gains; auto takes it on a GPU."""
    if torch.cuda.is_available():
        pays = torch.cuda.is_bf16_supported(including_emulation=False)
        return "pays on the GPU" if pays else "emulated on this GPU: take float32"
    features = torch.cpu.get_capabilities()
    if features.get("amx_bf16"):
        return "pays on this processor for large models (matrix tiles, AMX)"
    if features.get("avx512_bf16"):
        return "products on this processor without matrix tiles: measure before using it"
    return "slow on this processor: take float32"


def _presets(store: Store, *, cuda: bool) -> list[dict[str, Any]]:
    found = []
    for experiment in registry.experiments().values():
        for preset in experiment.presets:
            estimate = best_estimate(store, experiment.name, make_config(experiment, preset))
            fits = preset != "gpu" and (estimate.seconds or 0.0) < TOO_LONG
            found.append(
                {
                    "experiment": experiment.name,
                    "preset": preset,
                    "suited": cuda or fits,
                    "seconds": estimate.seconds,
                    "basis": estimate.basis,
                }
            )
    return found
