//! Some rows of a matrix in memory, and the next ones on their way.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;

use zkarena::PhaseTag;

use crate::stream::medium::Release;

/// All bands of the rows of one tile, as they lie in the file.
pub(crate) type Window<F> = Arc<Vec<F>>;

/// Reads the window of a number.
type Read<F> = dyn Fn(usize, &mut Vec<F>) + Send + Sync;

/// The windows that were used last, and a thread that reads the one behind each ahead.
pub(crate) struct Windows<F> {
    shared: Arc<Shared<F>>,
    ahead: Option<JoinHandle<()>>,
}

struct Shared<F> {
    read: Box<Read<F>>,
    count: usize,
    most: usize,
    state: Mutex<State<F>>,
    changed: Condvar,
}

/// A window, or a place for it.
enum Slot<F> {
    Here(Window<F>),
    OnItsWay,
}

struct State<F> {
    /// The one used last in front.
    recent: VecDeque<(usize, Slot<F>)>,
    /// To be read ahead.
    wanted: VecDeque<usize>,
    is_over: bool,
}

impl<F: Send + Sync + 'static> Windows<F> {
    /// Keeps at most that many of `count` windows.
    pub(crate) fn new(
        count: usize,
        most: usize,
        read: impl Fn(usize, &mut Vec<F>) + Send + Sync + 'static,
    ) -> Self {
        let state = State {
            recent: VecDeque::new(),
            wanted: VecDeque::new(),
            is_over: false,
        };
        let shared = Arc::new(Shared {
            read: Box::new(read),
            count,
            most,
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let (reader, phase) = (Arc::clone(&shared), PhaseTag::current());
        let ahead = std::thread::Builder::new().spawn(move || phase.enter(|| reader.read_ahead()));
        Self {
            shared,
            ahead: ahead.ok(), // without it windows are read when they are needed
        }
    }

    /// A window; the one behind it is on its way from then on.
    pub(crate) fn get(&self, number: usize) -> Window<F> {
        let window = self.shared.get(number);
        self.shared.want((number + 1) % self.shared.count);
        window
    }
}

impl<F: Send + Sync + 'static> Windows<F> {
    /// What lets go of all windows.
    pub(crate) fn release(&self) -> Weak<dyn Release> {
        let shared: Arc<dyn Release> = Arc::clone(&self.shared) as _;
        Arc::downgrade(&shared)
    }
}

impl<F: Send + Sync> Release for Shared<F> {
    fn release(&self) {
        let mut state = self.lock();
        state.wanted.clear();
        state
            .recent
            .retain(|(_, slot)| matches!(slot, Slot::OnItsWay));
    }
}

impl<F> Drop for Windows<F> {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
        if let Some(ahead) = self.ahead.take() {
            // It does not panic, unless reading does: then so did whoever waits for it.
            drop(ahead.join());
        }
    }
}

impl<F> Shared<F> {
    fn lock(&self) -> MutexGuard<'_, State<F>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, number: usize) -> Window<F> {
        let mut state = self.lock();
        loop {
            match state.find(number) {
                Some(Slot::Here(window)) => return Arc::clone(window),
                Some(Slot::OnItsWay) => {
                    let woken = self.changed.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                }
                None => break,
            }
        }
        self.load(state, number)
    }

    /// Reads a window that is not here, without the lock.
    fn load(&self, mut state: MutexGuard<'_, State<F>>, number: usize) -> Window<F> {
        state.wanted.retain(|wanted| *wanted != number);
        let mut values = state.make_room(self.most);
        state.recent.push_front((number, Slot::OnItsWay));
        drop(state);
        (self.read)(number, &mut values);
        let window = Arc::new(values);
        let mut state = self.lock();
        let place = state.recent.iter_mut().find(|(known, _)| *known == number);
        place.expect("only windows with rows are let go").1 = Slot::Here(Arc::clone(&window));
        self.changed.notify_all();
        window
    }

    /// Has a window read ahead, if it is not here.
    fn want(&self, number: usize) {
        let mut state = self.lock();
        let known = state.recent.iter().any(|(known, _)| *known == number);
        if !known && !state.wanted.contains(&number) {
            state.wanted.push_back(number);
            self.changed.notify_all();
        }
    }

    fn read_ahead(&self) {
        loop {
            let state = self.lock();
            let idle = |state: &mut State<F>| state.wanted.is_empty() && !state.is_over;
            let woken = self.changed.wait_while(state, idle);
            let mut state = woken.unwrap_or_else(PoisonError::into_inner);
            if state.is_over {
                return;
            }
            if let Some(number) = state.wanted.pop_front()
                && state.find(number).is_none()
            {
                self.load(state, number);
            }
        }
    }
}

impl<F> State<F> {
    /// A window that is here or on its way, which is the last one used from now on.
    fn find(&mut self, number: usize) -> Option<&Slot<F>> {
        let at = self.recent.iter().position(|(known, _)| *known == number)?;
        let found = self.recent.remove(at)?;
        self.recent.push_front(found);
        self.recent.front().map(|(_, slot)| slot)
    }

    /// Lets go of the windows that were not used for longest; the memory of one, if nobody has it.
    fn make_room(&mut self, most: usize) -> Vec<F> {
        let mut memory = Vec::new();
        while self.recent.len() >= most {
            let is_here = |(_, slot): &(usize, Slot<F>)| matches!(slot, Slot::Here(_));
            let Some(oldest) = self.recent.iter().rposition(is_here) else {
                break;
            };
            if let Some((_, Slot::Here(window))) = self.recent.remove(oldest)
                && let Some(values) = Arc::into_inner(window)
            {
                memory = values;
            }
        }
        memory
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn each_window_is_read_once_by_several_threads_in_order() {
        let reads = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&reads);
        let windows = Windows::new(100, 8, move |number, values| {
            counted.fetch_add(1, Ordering::Relaxed);
            *values = vec![number; 3];
        });
        std::thread::scope(|scope| {
            for half in [0..50, 50..100] {
                let windows = &windows;
                scope.spawn(move || half.for_each(|n| assert_eq!(*windows.get(n), [n; 3])));
            }
        });
        drop(windows);
        // One behind the last of each half; and, should a thread fall far behind, some again.
        let reads = reads.load(Ordering::Relaxed);
        assert!((100..150).contains(&reads), "{reads} reads");
    }
}
