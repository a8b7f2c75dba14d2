//! Proving keys, bounded by their bytes.
#![forbid(unsafe_code)]

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Lifecycle, OptionsBuilder, Weighter};
use std::fmt;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;

/// How many keys are expected: room for their places, no bound.
const EXPECTED: usize = 16;

/// Keeps values that are dear to load, proving keys above all, within a number of bytes.
///
/// A value is loaded once, however many ask for it at the same time. One that is in use is pinned: it stays
/// until its last [`Pinned`] is dropped. What is in use may sum to more than the capacity; what is not in use
/// is dropped until the rest fits.
///
/// ```
/// use zkarena::ops::KeyCache;
///
/// let keys = KeyCache::new(1 << 20);
/// let load = || Ok::<_, std::io::Error>((vec![7u8; 4096], 4096)); // the value, and its bytes
/// let key = keys.get_or_load(&"transfer", load)?;
/// assert_eq!(key[0], 7);
/// assert_eq!(keys.bytes(), 4096);
/// keys.evict(); // the key is in use
/// assert_eq!(keys.bytes(), 4096);
/// drop(key);
/// assert_eq!(keys.evict(), 4096);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct KeyCache<K, V> {
    kept: Arc<Kept<K, V>>,
}

type Kept<K, V> = Cache<K, Arc<Loaded<V>>, ByBytes, DefaultHashBuilder, WhileUsed>;

/// A value, and the bytes that it was said to have.
struct Loaded<V> {
    value: V,
    bytes: u64,
}

#[derive(Clone)]
struct ByBytes;

impl<K, V> Weighter<K, Arc<Loaded<V>>> for ByBytes {
    fn weight(&self, _key: &K, loaded: &Arc<Loaded<V>>) -> u64 {
        loaded.bytes.max(1) // what weighs nothing is never dropped
    }
}

#[derive(Clone)]
struct WhileUsed;

impl<K, V> Lifecycle<K, Arc<Loaded<V>>> for WhileUsed {
    type RequestState =
        <DefaultLifecycle<K, Arc<Loaded<V>>> as Lifecycle<K, Arc<Loaded<V>>>>::RequestState;

    fn is_pinned(&self, _key: &K, loaded: &Arc<Loaded<V>>) -> bool {
        is_used(loaded)
    }

    fn on_evict(&self, state: &mut Self::RequestState, key: K, loaded: Arc<Loaded<V>>) {
        DefaultLifecycle::default().on_evict(state, key, loaded);
    }
}

/// Whether somebody has it besides the cache.
fn is_used<V>(loaded: &Arc<Loaded<V>>) -> bool {
    Arc::strong_count(loaded) > 1
}

impl<K: Eq + Hash + Clone, V> KeyCache<K, V> {
    /// A cache of `capacity` bytes.
    ///
    /// # Panics
    /// Never: the settings are known to be good.
    pub fn new(capacity: u64) -> Self {
        // One shard, as each would have its own part of the bytes.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(EXPECTED)
            .weight_capacity(capacity)
            .build()
            .expect("all that is needed is set");
        let kept = Cache::with_options(options, ByBytes, DefaultHashBuilder::default(), WhileUsed);
        Self {
            kept: Arc::new(kept),
        }
    }

    /// The value of `key`; `load` makes it, and says how many bytes it has, if it is not here.
    ///
    /// Blocks while another thread loads the same key; others can be had meanwhile.
    ///
    /// # Errors
    /// What `load` fails with; one of those who wait tries then.
    pub fn get_or_load<E>(
        &self,
        key: &K,
        load: impl FnOnce() -> Result<(V, u64), E>,
    ) -> Result<Pinned<K, V>, E> {
        let loaded = self.kept.get_or_insert_with(key, || {
            load().map(|(value, bytes)| Arc::new(Loaded { value, bytes }))
        })?;
        Ok(self.pin(loaded))
    }

    /// The value of `key`, if it is here.
    pub fn get(&self, key: &K) -> Option<Pinned<K, V>> {
        Some(self.pin(self.kept.get(key)?))
    }

    fn pin(&self, loaded: Arc<Loaded<V>>) -> Pinned<K, V> {
        Pinned {
            loaded: Some(loaded),
            kept: Arc::clone(&self.kept),
        }
    }

    /// Drops all that is not in use; returns its bytes. The step [`EvictKeys`](super::Degrade::EvictKeys).
    pub fn evict(&self) -> u64 {
        let before = self.kept.weight();
        self.kept.retain(|_, loaded| is_used(loaded));
        before.saturating_sub(self.kept.weight())
    }

    /// Sets the capacity in bytes, and drops what is not in use until the rest fits.
    pub fn set_capacity(&self, bytes: u64) {
        self.kept.set_capacity(bytes);
    }

    /// Bytes of all values that are kept.
    pub fn bytes(&self) -> u64 {
        self.kept.weight()
    }

    /// How many values are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K, V> fmt::Debug for KeyCache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache").finish_non_exhaustive()
    }
}

/// A value of a [`KeyCache`] that stays while this lives.
pub struct Pinned<K: Eq + Hash + Clone, V> {
    /// There until the drop.
    loaded: Option<Arc<Loaded<V>>>,
    kept: Arc<Kept<K, V>>,
}

impl<K: Eq + Hash + Clone, V> Deref for Pinned<K, V> {
    type Target = V;

    fn deref(&self) -> &V {
        let loaded = self.loaded.as_ref();
        &loaded.expect("dropped with its owner, not before").value
    }
}

impl<K: Eq + Hash + Clone, V> Drop for Pinned<K, V> {
    fn drop(&mut self) {
        self.loaded = None; // unpinned first, or it would stay
        let capacity = self.kept.capacity();
        if self.kept.weight() > capacity {
            self.kept.set_capacity(capacity); // drops what is above it
        }
    }
}

impl<K: Eq + Hash + Clone, V> fmt::Debug for Pinned<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pinned").finish_non_exhaustive() // keys may be secret
    }
}
