"""The databases, from the environment: the primary, and where one is named its replica (replica.py beside this)."""

from typing import Any

from environs import Env

from parties.replica import PRIMARY, REPLICA

# Compiling these queries takes longer than running them: measured, dashboards of 20,000 commitments take half the time.
# And what is counted is read from an index alone, where a page of it is not thought to cost four times another's; its
# groups are hashed, where there is room for them. A statement that is kept (`parties/prepared.py`) keeps its plan too:
# of large agreements the server would work it out at every call, three times longer than a list takes to read.
PLANNER = "-c jit=off -c random_page_cost=1.1 -c work_mem=16MB -c plan_cache_mode=force_generic_plan"


def databases(env: Env, pooler: str) -> dict[str, Any]:
    """Django's DATABASES. A pooler, where there is one, stands before both."""
    names = {PRIMARY: "DATABASE_URL"} | ({REPLICA: "REPLICA_URL"} if env.str("REPLICA_URL", "") else {})
    found = {
        alias: env.dj_db_url(name, conn_max_age=60, conn_health_checks=True) for alias, name in names.items()
    }
    for one in found.values():
        if pooler:
            one |= {"DISABLE_SERVER_SIDE_CURSORS": True}
        else:
            one.setdefault("OPTIONS", {}).setdefault("options", PLANNER)
    if REPLICA in found:
        found[REPLICA]["TEST"] = {"MIRROR": PRIMARY}
    return found
