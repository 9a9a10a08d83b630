import { Injectable } from '@nestjs/common';
import { In, type Repository } from 'typeorm';
import { AuditTrail } from '../access/audit-trail.service.js';
import { differences } from '../access/audit-fields.rules.js';
import { Clock } from '../config/clock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { NotFoundError } from '../web/domain-error.js';
import { keysetPage, type Page, type PageQuery } from '../web/paging.js';
import { orderOf } from '../web/sorting.js';
import { filterVendors, type VendorFilter } from './vendor-filter.js';
import { VENDOR_SORT, VENDOR_SORTS } from './vendor-sort.js';
import { type ContactState, Vendor } from './vendor.entity.js';
import {
  ContactChangedError,
  VendorChangedError,
  VendorExistsError,
  VendorNameError,
} from './vendor.errors.js';
import { vendorNameComplaint } from './vendor-name.rules.js';

/** A new vendor; contact and comments are as CreateVendorDto checked them. */
export interface NewVendor {
  name: string;
  contact?: string;
  comments?: string;
  /** Of what the catalogue says, where it is taken from there. */
  catalogueDigest?: string;
}

/** How a contact is marked. */
interface ContactMark {
  state: ContactState;
  /** Who marks it, as alerts name people. */
  by: string;
}

const UNVERIFIED = {
  contactState: 'unverified',
  contactStateAt: null,
  contactStateBy: null,
} as const;

/** MySQL and SQLite bound how many placeholders a query may have. */
const NAMES_A_QUERY = 500;
/** So many are gone through without a pause for others. */
const NAMES_A_PART = 500;

/** The local vendor database. Names are compared byte for byte, on both databases. */
@Injectable()
export class VendorService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws VendorNameError, VendorExistsError */
  async create(input: NewVendor): Promise<Vendor> {
    checkName(input.name);
    return this.unitOfWork.run(async () => {
      const now = this.clock.now();
      const { name, contact = '', comments = '' } = input;
      const vendor = this.vendors.create({
        name,
        contact,
        comments,
        ...UNVERIFIED,
        catalogueDigest: input.catalogueDigest ?? null,
        createdAt: now,
        updatedAt: now,
      });
      await this.save(vendor);
      const after = { name, contact, comments };
      await this.audit.record({ action: 'vendor.created', subject: subjectOf(vendor), after });
      return vendor;
    });
  }

  /**
   * Changes what is given.
   * @param mark how the contact is to be marked, once it is what `changes` says
   * @param seenAt when the vendor was last changed, as far as whoever changes it now has seen
   * @throws NotFoundError, VendorNameError, VendorExistsError, VendorChangedError
   */
  async update(
    id: number,
    changes: Partial<NewVendor>,
    { mark, seenAt }: { mark?: ContactMark; seenAt?: string } = {},
  ): Promise<Vendor> {
    if (changes.name !== undefined) checkName(changes.name);
    return this.unitOfWork.run(async () => {
      const vendor = await this.hold(id);
      if (seenAt !== undefined && seenAt !== vendor.updatedAt.toISOString()) {
        throw new VendorChangedError();
      }
      const before = auditedFields(vendor);
      vendor.name = changes.name ?? vendor.name;
      setContact(vendor, changes.contact ?? vendor.contact);
      vendor.comments = changes.comments ?? vendor.comments;
      vendor.catalogueDigest = changes.catalogueDigest ?? vendor.catalogueDigest;
      const stateBefore = vendor.contactState;
      if (mark) this.setState(vendor, mark);
      const changed = differences(before, auditedFields(vendor));
      if (changed || !mark) vendor.updatedAt = this.clock.now();
      await this.save(vendor);
      const subject = subjectOf(vendor);
      if (changed) await this.audit.record({ action: 'vendor.changed', subject, ...changed });
      if (mark) await this.recordMark(vendor, stateBefore);
      return vendor;
    });
  }

  /**
   * Marks the contact as tried, bounced, or neither.
   * @param contact the contact that was looked at
   * @throws NotFoundError, ContactChangedError when it is another contact by now
   */
  async markContact(id: number, mark: ContactMark, contact: string): Promise<Vendor> {
    return this.unitOfWork.run(async () => {
      const vendor = await this.hold(id);
      if (inOneForm(vendor.contact) !== inOneForm(contact)) throw new ContactChangedError();
      const before = vendor.contactState;
      this.setState(vendor, mark);
      await this.vendors.save(vendor);
      await this.recordMark(vendor, before);
      return vendor;
    });
  }

  private setState(vendor: Vendor, { state, by }: ContactMark): void {
    Object.assign(
      vendor,
      state === 'unverified'
        ? UNVERIFIED
        : { contactState: state, contactStateAt: this.clock.now(), contactStateBy: by },
    );
  }

  private async recordMark(vendor: Vendor, before: ContactState): Promise<void> {
    const { contactState, contact } = vendor;
    await this.audit.record({
      action: 'vendor.contact_marked',
      subject: subjectOf(vendor),
      before: { contactState: before },
      after: { contactState, contact },
    });
  }

  /** @throws NotFoundError */
  async delete(id: number): Promise<void> {
    await this.unitOfWork.run(async () => {
      const vendor = await this.hold(id);
      const { affected } = await this.vendors.delete(id);
      if (affected === 0) throw new NotFoundError();
      const before = auditedFields(vendor);
      await this.audit.record({ action: 'vendor.deleted', subject: subjectOf(vendor), before });
    });
  }

  /** @throws NotFoundError */
  async get(id: number): Promise<Vendor> {
    const vendor = await this.vendors.findOneBy({ id });
    if (!vendor) throw new NotFoundError();
    return vendor;
  }

  /** A page of the vendors, by name unless `sort` says otherwise. */
  async list(
    filter: VendorFilter,
    page: Pick<PageQuery, 'limit' | 'cursor'> & { sort?: string },
  ): Promise<Page<Vendor>> {
    const query = this.vendors.createQueryBuilder('vendor');
    filterVendors(query, filter);
    return keysetPage(query, orderOf(VENDOR_SORTS, page.sort ?? VENDOR_SORT), page);
  }

  /** Every vendor's id and name, in parts, by id. */
  async *names(): AsyncGenerator<{ id: number; name: string }[]> {
    let after = 0;
    for (;;) {
      const part = await this.vendors
        .createQueryBuilder('vendor')
        .select('vendor.id', 'id')
        .addSelect('vendor.name', 'name')
        .where('vendor.id > :after', { after })
        .orderBy('vendor.id', 'ASC')
        .limit(NAMES_A_PART)
        .getRawMany<{ id: number; name: string }>();
      if (part.length > 0) yield part;
      const last = part.at(-1);
      if (last === undefined || part.length < NAMES_A_PART) return;
      after = last.id;
    }
  }

  /** The vendors of those very names, by name. */
  async findByNames(names: Iterable<string>): Promise<Map<string, Vendor>> {
    const wanted = [...new Set(names)];
    const found = new Map<string, Vendor>();
    for (let start = 0; start < wanted.length; start += NAMES_A_QUERY) {
      const part = wanted.slice(start, start + NAMES_A_QUERY);
      const vendors = await this.vendors.findBy({ name: In(part) });
      for (const vendor of vendors) found.set(vendor.name, vendor);
    }
    // MySQL takes a name that was asked for with spaces at its end for the one without.
    return new Map(
      wanted.flatMap((name) => {
        const vendor = found.get(name);
        return vendor ? [[name, vendor]] : [];
      }),
    );
  }

  /** Reads a vendor and holds its row to the end of the caller's unit of work. @throws NotFoundError */
  async hold(id: number): Promise<Vendor> {
    const where = { id };
    const vendor = await this.vendors.findOne({ where, lock: this.unitOfWork.forUpdate });
    if (!vendor) throw new NotFoundError();
    return vendor;
  }

  /** The unique index decides, so that two requests at one moment are told as two after another. */
  private async save(vendor: Vendor): Promise<Vendor> {
    try {
      return await this.vendors.save(vendor);
    } catch (error) {
      const winner = isUniqueViolation(error)
        ? await this.vendors.findOneBy({ name: vendor.name })
        : null;
      throw winner ? new VendorExistsError(winner) : error;
    }
  }

  private get vendors(): Repository<Vendor> {
    return this.unitOfWork.repository(Vendor);
  }
}

/** Files and the API may have line ends of two characters, and a browser sends them as it likes. */
function inOneForm(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** Nobody has tried a contact that is new. */
function setContact(vendor: Vendor, contact: string): void {
  if (contact === vendor.contact) return;
  Object.assign(vendor, { contact, ...UNVERIFIED });
}

/** A vendor as the audit trail names it. */
export function subjectOf({ id, name }: Vendor) {
  return { kind: 'vendor', id, label: name };
}

/** What the audit trail keeps of a vendor. */
export function auditedFields({ name, contact, comments }: Vendor) {
  return { name, contact, comments };
}

/** @throws VendorNameError */
function checkName(name: string): void {
  const complaint = vendorNameComplaint(name);
  if (complaint) throw new VendorNameError(complaint);
}
