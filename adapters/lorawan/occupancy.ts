export type Occupancy = 'OCCUPIED' | 'VACANT';
