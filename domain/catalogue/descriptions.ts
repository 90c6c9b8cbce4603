import { type EventTypeName } from './event-schemas.ts';

/** What each event says happened, for people. A type without a sentence does not compile. */
export const descriptions: Readonly<Record<EventTypeName, string>> = {
  TenantRegistered: 'A tenant began, live or for tests, with a plan and its quotas.',
  TenantSuspended: 'The tenant may only read from now on; its frames are still recorded.',
  TenantResumed: 'The suspension ended.',
  ApiKeyIssued: 'A key was issued with a role; only its hash is kept.',
  ApiKeyRevoked: 'A key became useless at once.',

  SiteRegistered: 'A site began, in a time zone.',
  SiteRenamed: 'The name or the place of a site changed; a `location` that is absent stays, null removes it.',
  SiteTimeZoneChanged: 'From an instant on, until the next such change, the site keeps another time zone.',
  OpeningHoursChanged: 'From an instant on, until the next such change, the site has these opening hours.',
  ZoneAdded: 'A part of a site got a code and a name.',
  ZoneChanged: 'A zone was changed; all of it is repeated as it is now.',
  ZoneClosed: 'The zone takes no more spaces, and its code is free again.',
  SpaceCodeClaimed: 'A code of the site became a space’s own: the first step of registering that space.',
  SpaceCodeReleased: 'A code became free: its space ended, or was never registered.',
  SiteClosed: 'The site ended, with no live space left in it.',

  SpaceRegistered: 'A parking space began, with the policy that it decides by.',
  SpaceRenamed: 'The name or the building of a space changed.',
  SpaceAttributesChanged: 'What a space offers, or where it lies, changed.',
  SpaceMovedToZone: 'From an instant on the space belongs to another zone, or to none.',
  SpacePolicyAdopted: 'From now on the space decides by these values.',
  SpaceDecommissioned: 'The space ended; its history stays.',
  SensorAssigned: 'From an instant on a sensor watches the space: the second step of an assignment.',
  SensorUnassigned: 'The sensor no longer watches the space.',
  DisplayAssigned: 'From an instant on a display shows the state of the space.',
  DisplayUnassigned: 'The display no longer shows the state of the space.',
  OccupancyChanged: 'The bay became vacant or occupied, or nobody can tell any more.',
  OccupancyObserved: 'Somebody looked, or an import says so: recorded before whatever follows from it.',
  OverrideApplied: 'An operator took the state of the space into his own hands, now or later.',
  OverrideStarted: 'An override that was applied ahead came into force at its scheduled time.',
  OverrideExpired: 'An override ended at its scheduled time.',
  OverrideLifted: 'An operator ended an override.',
  ReservationRequested: 'Somebody asked for the space in an interval.',
  ReservationConfirmed: 'The booking holds, on terms that no later policy changes.',
  ReservationExpired: 'A booking that was never confirmed stopped blocking the space.',
  ReservationCancelled: 'The booking was given up.',
  ReservationStarted: 'The booked interval began.',
  ReservationFulfilled: 'The booking came to its end.',
  ReservationDisplaced: 'An override took the space from a booking.',
  SpaceStateChanged: 'What was announced as the state of the space, when it was announced; never restated.',

  DeviceRegistered: 'A sensor or display became known, with its type.',
  DeviceTypeChanged: 'The device is of another type or firmware than was thought.',
  DeviceAssignmentClaimed: 'From an instant on the device watches a space: the first step of an assignment.',
  DeviceAssignmentReleased: 'The device stopped watching the space; equal to the beginning: it never did.',
  DeviceDecommissioned: 'The device was taken out of service: its later frames are an orphan’s.',
  DeviceRecommissioned: 'The device is back in service, assigned to nothing.',
  DeviceJoined: 'The device began a radio session: its frame counter starts again.',

  FrameReceived: 'A message of a radio network, as it came; not decoded, kept for a while.',

  SubjectKeyCreated: 'A key was made for the data of one person.',

  StoreOpened: 'The store was used for the first time; this event’s id is the store’s id.',

  FramesArchived: 'Frames of one day were written to the archive, as the manifest with this hash says.',
};
