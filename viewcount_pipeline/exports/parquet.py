"""Writes a stream of CSV as Parquet, batch by batch, so that memory stays flat."""

import io
from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from viewcount_core.database import Chunk
from viewcount_pipeline.exports.tables import Table

BLOCK_BYTES = 1 << 22
ROWS_A_GROUP = 250_000


def write_parquet(table: Table, chunks: Iterator[Chunk], file: BinaryIO) -> None:
    """Parse and write all chunks; an empty cell is null."""
    schema = pa.schema(table.columns)
    reader = pa.csv.open_csv(
        io.BufferedReader(_Stream(chunks), BLOCK_BYTES),
        read_options=pa.csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
        convert_options=pa.csv.ConvertOptions(column_types=schema, strings_can_be_null=True, null_values=[""]),
    )
    with pa.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(reader):
            writer.write_table(group)


def _groups(reader: pa.csv.CSVStreamingReader) -> Iterator[pa.Table]:
    """Batches put together: many small row groups would make the file large and slow to read."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        held.append(batch)
        rows += batch.num_rows
        if rows >= ROWS_A_GROUP:
            yield pa.Table.from_batches(held, reader.schema)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held, reader.schema)


class _Stream(io.RawIOBase):
    """Chunks of bytes as a file that can be read once."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: "memoryview | bytearray") -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
