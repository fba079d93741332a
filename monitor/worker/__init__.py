"""Does the work of the jobs on as many machines as needed: tasks of a job queue in PostgreSQL.

The queue is procrastinate's. A task calls the function of its job, as the supervisor does; who does what when is all
that is decided here.
"""

from monitor.worker.line import Line
from monitor.worker.process import Worker, address_of
from monitor.worker.slots import QUEUES, chosen, slots_of
from monitor.worker.tasks import Hands

__all__ = ["QUEUES", "Hands", "Line", "Worker", "address_of", "chosen", "slots_of"]
