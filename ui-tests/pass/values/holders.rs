//! A type of one's own holds a handle, and hands out what lives as long as the phase.
use zkarena::{Local, PVec, Phase, zk_phase};

#[derive(Clone, Copy, Debug)]
struct Transcript<'ph> {
    phase: Phase<'ph>,
    rounds: u32,
}

impl<'ph> Transcript<'ph> {
    fn sample(&mut self) -> &'ph mut u32 {
        self.rounds += 1;
        self.phase.alloc(self.rounds)
    }

    fn samples(mut self, n: usize) -> PVec<'ph, &'ph u32> {
        let mut samples = self.phase.vec_with(n);
        samples.extend((0..n).map(|_| &*self.sample()));
        samples
    }
}

struct Arena<'ph>(Local<'ph>);

impl<'ph> Arena<'ph> {
    fn twice(&self, row: u32) -> &'ph mut [u32] {
        self.0.copy(&[row, row])
    }
}

#[zk_phase]
fn main() {
    let mut transcript = Transcript { phase, rounds: 0 };
    let (first, second) = (transcript.sample(), transcript.sample());
    *first += *second;
    assert_eq!((*first, transcript.samples(3).iter().copied().sum::<u32>()), (3, 12));
    let twice = Arena(phase.local()).twice(4);
    assert_eq!(twice, [4, 4]);
}
