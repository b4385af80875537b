"""What a test or a measurement reads off an engine of bot/models/worker: counts that the product itself needs nowhere."""

from bot.models.worker.batching import Engine


def held_blocks(engine: Engine) -> int:
    """Return the cache blocks that texts hold; a block that several share counts once."""
    processor = engine.manager.batch_processor
    if processor is None:
        return 0
    tables = [allocator.block_table for allocator in processor.cache.cache_allocators.values()]
    return max(len({block for blocks in list(table.values()) for block in list(blocks)}) for table in tables)


def texts(engine: Engine) -> tuple[int, int]:
    """Return how many texts are in the batch, and how many wait."""
    return len(engine._running), len(engine._waiting)


def steps(engine: Engine) -> int:
    """Return the number of decode steps since the batch began."""
    return int(getattr(engine.manager, "current_batch", 0))
