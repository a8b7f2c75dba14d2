//! The memory system of zero-knowledge provers.
