"""Names of groups of processes, where MindSpore's own code has them."""

from nucella.communication.management import *
