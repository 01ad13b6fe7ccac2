"""How many threads one question takes: one, so that two questions share two cores."""

from threadpoolctl import threadpool_limits


def one_thread_a_question() -> None:
    """Keep numpy's linear algebra to the calling thread, in this process, from now on.

    Its products are small here. Two threads hardly shorten them, and where another question has the second core, waiting
    for it makes them ten times as long.
    """
    threadpool_limits(limits=1, user_api="blas")
