import './config/start-heap.js';
import 'reflect-metadata';
import { failToStart, startServer } from './server.js';

startServer().catch(failToStart);
